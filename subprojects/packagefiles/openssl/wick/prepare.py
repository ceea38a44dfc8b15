#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Has OpenSSL's own Configure say what is compiled, and its scripts write assembly and headers, by perl alone. Prints a
line "library NAME DEFINE..." for each library and a line "source PATH" for each of its sources, for Meson; those that are other
than OpenSSL's are libraries of their own, NAME-edited. Writes only into FOLDER, which all build folders share, and once for what it was asked.

    prepare.py SOURCE FOLDER ARCHITECTURE COMPILER
"""

import concurrent.futures
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

from algorithms import REPLACED, TABLES
from corrections import CORRECTIONS, corrected

# What a server or client of TLS 1.2 and 1.3 with certificates of RSA, ECDSA or Ed25519 doesn't need, or what Wick hasn't:
# modules, a terminal, SCTP. What stays are AES-GCM and ChaCha20-Poly1305 (and CBC and CCM for peers of old), SHA-1 to 3,
# the curves of NIST and X25519.
LEFT_OUT = """shared module dso engine tests legacy ssl3 tls1 tls1_1 dtls sctp srp srtp psk comp ct ocsp cms cmp ts rfc3779 bf
blake2 camellia cast des dh dsa ec2m gost idea md4 mdc2 rc2 rc4 rc5 rmd160 scrypt seed siphash siv sm2 sm3 sm4 aria whirlpool ocb
cmac ui-console autoload-config filenames nextprotoneg secure-memory async multiblock weak-ssl-ciphers""".split()
LIBRARIES = ["libssl", "libcrypto", "providers/libcommon.a", "providers/libdefault.a"]
STAMP = "wick-prepared.txt"
CONFIG = pathlib.Path(__file__).resolve().parent / "target.conf"
EDITED = CORRECTIONS | TABLES
# Lines of assembly: a function's end, what ends a place between functions, what a table is made of.
SIZE = re.compile(r"\s*\.size\s+\w+,\s*\.-\w+")
BEGIN = re.compile(r"\s*\.(?:type\s+\w+,\s*@function|text\b|data\b|section\b|cfi_startproc\b)")
DATA = re.compile(r"\s*\.(?:long|quad|byte|value|asciz)\b")
TABLE = re.compile(r"\s*(?:$|#|[.\w]+:|\.(?:long|quad|byte|value|asciz|align|type|globl|hidden|size)\b)")
# Perl's own syntax, for `perl -I. -Mconfigdata -e`.
ASK = r"""
sub say_all { print join("\t", @_), "\n" }
for my $library (@ARGV) {
  say_all("library", $library, sort @{$unified_info{defines}{$library} // []});
  for my $object (@{$unified_info{sources}{$library}}) {
    my $from = $unified_info{sources}{$object}[0] // next;
    say_all("source", $from) unless $from =~ /\.o$/;  # else another library's
  }
}
for my $made (sort keys %{$unified_info{generate}}) {
  say_all("made", $made, @{$unified_info{generate}{$made}}) if $made =~ m{^(crypto|include|providers)/};
}
"""


def perl(arguments, folder, **more):
    return subprocess.run(["perl", *arguments], cwd=folder, check=True, capture_output=True, text=True, **more).stdout


def with_tables_apart(text):
    """Tables stand between the functions, in the section of code: pages of code hold code alone here. What asks for a call
    before main() goes: nobody here makes it, and OPENSSL_init_crypto() does the same."""
    lines, at = re.sub(r"\s*\.section\s+\.init\s+call\s+OPENSSL_cpuid_setup\n", "\n", text).splitlines(), 0
    done = []
    while at < len(lines):
        done.append(lines[at])
        at += 1
        if not SIZE.match(done[-1]) and not done[-1].strip() == ".text":
            continue
        while at < len(lines) and SIZE.match(lines[at]):
            done.append(lines[at])
            at += 1
        end = next((place for place in range(at, len(lines)) if BEGIN.match(lines[place])), len(lines))
        while end > at and not DATA.match(lines[end - 1]) and not SIZE.match(lines[end - 1]):
            end -= 1  # the function's own alignment and labels
        between = lines[at:end]
        at = end
        if any(DATA.match(line) for line in between):
            if odd := [line for line in between if not TABLE.match(line)]:
                sys.exit(f"neither a table nor a function: {odd[0].strip()}")
            between = ['\t.section .rodata,"a",@progbits', *between, "\t.text"]
        done += between
    return "\n".join(done) + "\n"


def make(source, folder, compiler, made, by):
    """One file that OpenSSL's own makefiles would have written."""
    to = folder / made
    to.parent.mkdir(parents=True, exist_ok=True)
    script = os.path.normpath(folder / by)
    if by.endswith(".in"):
        # In this order: the module of object identifiers asks the one of the configuration.
        identifiers = [f"-I{source}/providers/common/der", "-Mconfigdata", "-Moids_to_c"] if "/der" in by else ["-Mconfigdata"]
        to.write_text(perl(["-I.", *identifiers, f"{source}/util/dofile.pl", "-oMakefile", script], folder))
    elif made.endswith("buildinf.h"):
        to.write_text(perl([script, "", "wick"], folder, env={**os.environ, "SOURCE_DATE_EPOCH": "0"}))
    else:
        perl([script, "elf", made], folder, env={**os.environ, "CC": compiler})
        to.write_text(with_tables_apart(to.read_text()))


def place(source, path, folder):
    """@return where the source to be compiled lies instead, None: where OpenSSL has it"""
    name = str(path.relative_to(source))
    if instead := next((instead for start, instead in REPLACED.items() if name.startswith(start)), None):
        return source / instead
    return folder / name if name in EDITED else None


def prepare(source, folder, architecture, compiler):
    """@return the lines for Meson"""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    perl([f"{source}/Configure", f"--config={CONFIG}", f"wick-{architecture}", "--prefix=/usr", "--openssldir=/etc/ssl",
          "--with-rand-seed=getrandom", *["no-" + name for name in LEFT_OUT]], folder)
    for name in EDITED:
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(corrected(name, (source / name).read_text(), EDITED[name]))
    lines, sources, generated, edited = [], set(), {}, {}
    for line in perl(["-I.", "-Mconfigdata", "-e", ASK, "--", *LIBRARIES], folder).splitlines():
        kind, first, *rest = line.split("\t")
        if kind == "made":
            generated[first] = rest[0]
        elif kind == "library":
            library, defines = os.path.basename(first).removesuffix(".a"), rest
            lines.append(" ".join(["library", library, *defines]))
        else:
            sources.add(first)
            path = pathlib.Path(os.path.normpath(folder / first))
            if instead := place(source, path, folder):
                edited.setdefault(" ".join(["library", library + "-edited", *defines]), set()).add(f"source {instead}")
            else:
                lines.append(f"source {path}")
    for line, paths in edited.items():
        lines += [line, *sorted(paths)]
    wanted = {made: by for made, by in generated.items() if made in sources or made.endswith(".h")}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(make, source, folder, compiler, made, by) for made, by in wanted.items()]:
            done.result()
    return lines


def main():
    source, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    files = [CONFIG, *(CONFIG.with_name(f"{name}.py") for name in ("prepare", "algorithms", "corrections"))]
    asked = " ".join([*sys.argv[1:], *[hashlib.sha256(file.read_bytes()).hexdigest() for file in files]]) + "\n"
    stamp = folder / STAMP
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before, _, text = stamp.read_text().partition("\n") if stamp.exists() else ("", "", "")
        if before != asked.strip():
            text = "\n".join(prepare(source, folder, *sys.argv[3:])) + "\n"
            stamp.write_text(asked + text)
    sys.stdout.write(text)


main()
