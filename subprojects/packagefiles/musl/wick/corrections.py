# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Corrects sources of musl's: corrections.py SOURCE TARGET.

Each place is looked for, as often as it is known to be there: a source that has changed stops the build rather than going
on without.
"""

import pathlib
import re
import sys

# An empty mode is refused; musl finds its end among the letters.
MODE = (r'if \(!strchr\("rwa", \*mode\)\)', 'if (!*mode || !strchr("rwa", *mode))', 1)

# printf's %b and %B, binary digits with a prefix 0b or 0B by #, came with C23 (7.23.6.1), behind this version of musl:
# a format that has one prints nothing there. Their arguments have the sizes of those of %o.
SIZES = (r"S\('o'\) = (\w+),", r"S('o') = \1, S('b') = \1, S('B') = \1,", 7)

CORRECTIONS = {
    # "-nan" is a NaN whose sign is set (C17, 7.22.1.3, footnote 294), as printf writes it.
    "floatscan": [(r"return NAN;", "return sign < 0 ? -NAN : NAN;", 4)],
    # CVE-2025-26519: EUC-KR's rows end before the table does, and what has no place in UTF-8 has no bytes either.
    "iconv": [
        (r"c >= 93 \|\| c>=0xc6-0x81 && d>0x52", "c > 0xc6-0x81 || c==0xc6-0x81 && d>0x52", 1),
        (r"k = wctomb_utf8\(tmp, c\);", "k = wctomb_utf8(tmp, c); if (k > 4) goto ilseq;", 1),
        (r"\} else k = wctomb_utf8\(\*out, c\);", "} else if ((k = wctomb_utf8(*out, c)) > 4) goto ilseq;", 1),
    ],
    "fopen": [MODE],
    "__fdopen": [MODE],
    "fopencookie": [MODE],
    # A buffer of no bytes gets no end mark: that byte is somebody else's.
    "fmemopen": [MODE, (r"else if \(plus\) \*f->c\.buf = 0;", "else if (plus && size) *f->c.buf = 0;", 1)],
    "vfprintf": [
        SIZES,
        (r"char buf\[sizeof\(uintmax_t\)\*3\];", "char buf[sizeof(uintmax_t)*8];", 1),
        (r"static char \*fmt_u\(", """static char *fmt_b(uintmax_t x, char *s)
{
	for (; x; x>>=1) *--s = '0' + (x&1);
	return s;
}

static char *fmt_u(""", 1),
        (r"\t\tcase 'o':\n", """\t\tcase 'b': case 'B':
			a = fmt_b(arg.i, z);
			if (arg.i && (fl & ALT_FORM)) prefix = t=='b' ? "0b" : "0B", pl=2;
			} if (0) {
		case 'o':
""", 1),
    ],
    "vfwprintf": [  # hands numbers on to printf
        SIZES,
        (r"\['o'-'a'\]='j',", r"['o'-'a']='j', ['b'-'a']='j',", 1),
        (r"case 'o': case 'u': case 'x':", "case 'b': case 'o': case 'u': case 'x':", 1),
    ],
}

source, target = map(pathlib.Path, sys.argv[1:])
text = source.read_text(encoding="utf-8")
for pattern, to, times in CORRECTIONS[source.stem]:
    text, found = re.subn(pattern, to, text)
    if found != times:
        sys.exit(f"{source}: \"{pattern}\" is there {found} times, not {times}.")
target.write_text(text, encoding="utf-8")
