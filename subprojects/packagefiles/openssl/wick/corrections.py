# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Corrects sources of OpenSSL's: faults that this release still has.

Each place is looked for, as often as it is known to be there: a source that has changed stops the build rather than going
on without.
"""

import re
import sys

CORRECTIONS = {
    # A client that begins with an alert has ended the connection (RFC 8446, section 6.2): it gets none in answer.
    "ssl/record/rec_layer_s3.c": [(r"&& \(s->server \|\| rr->type != SSL3_RT_ALERT\)\)", "&& rr->type != SSL3_RT_ALERT)", 1)],
    # CVE-2026-35189, mended in 3.0.23: full names of places for lists of revoked certificates may take much memory. Those that are
    # given relative to an issuer aren't made here: who asks for such lists finds none.
    "crypto/x509/v3_purp.c": [(r"if \(dp->distpoint == NULL \|\| dp->distpoint->type != 1\)\n\s*return 1;\n.*?\n\}", "return 1;\n}", 1)],
    # CVE-2026-54872, mended in 3.0.23: how long it takes to add a curve's order to the secret number depends on that. P-384
    # is among the curves here: this release has no code of its own for it. The sum modulo something larger has its length.
    "crypto/ec/ec_mult.c": [
        (r"BIGNUM \*lambda = NULL;", "BIGNUM *lambda = NULL, *above;", 1),
        (r"k = BN_CTX_get\(ctx\);\n    if \(k == NULL\)", "k = BN_CTX_get(ctx);\n    above = BN_CTX_get(ctx);\n    if (above == NULL)", 1),
        (r"\|\| \(bn_wexpand\(lambda, group_top \+ 2\) == NULL\)\)",
         r"|| (bn_wexpand(lambda, group_top + 2) == NULL) || !BN_set_bit(above, (group_top + 1) * BN_BITS2 - 1))", 1),
        (r"!BN_add\((lambda, k|k, lambda), cardinality\)", r"!bn_mod_add_fixed_top(\1, cardinality, above)", 2),
    ],
}


def corrected(name, text, places):
    """@return the text of this source as it is to be compiled"""
    for pattern, to, times in places:
        text, found = re.subn(pattern, to, text, flags=re.S)
        if found != times:
            sys.exit(f"{name}: \"{pattern}\" is there {found} times, not {times}.")
    return text
