# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of each kind by the openssl command, and what tests/guest/keys says of one, held against it."""

import os
import re
import subprocess

from support.hosted import check

KINDS = {"P-256": ("EC", "ec_paramgen_curve:P-256"), "P-384": ("EC", "ec_paramgen_curve:P-384"), "RSA": ("RSA", "rsa_keygen_bits:2048"),
         "RSA of 4096 bits": ("RSA", "rsa_keygen_bits:4096")}
HASHES = ("sha256", "sha384", "sha512")
EXPONENT = 8  # digits behind a modulus
ENOENT, EINVAL = 2, 22


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def make_key(folder, name, algorithm, option):
    path = os.path.join(folder, name.replace(" ", "-") + ".pem")
    openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", path)
    return path


def verified(folder, key, scheme, digest_name, digest, signature):
    """Whether OpenSSL takes the signature for that key's."""
    public, *files = (os.path.join(folder, name) for name in ("public.pem", "digest", "signature"))
    openssl("pkey", "-in", key, "-pubout", "-out", public)
    for path, content in zip(files, (digest, signature)):
        with open(path, "wb") as file:
            file.write(bytes.fromhex(content))
    padding = ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest"] if scheme == "pss" else []
    return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", files[0], "-sigfile", files[1],
                           "-pkeyopt", f"digest:{digest_name}", *padding], capture_output=True).returncode == 0


def check_all(text, folder, what, key):
    """What the program has said of the key "tls" and of others, which aren't there."""
    rsa = "RSA" in what
    signed = re.findall(r"^signed tls (\w+) (\w+) ([0-9a-f]+) ([0-9a-f]+)$", text, re.M)
    wanted = [(scheme, digest) for scheme in (("pkcs1", "pss") if rsa else ("ecdsa",)) for digest in HASHES]
    check([words[:2] for words in signed] == wanted, f"{what}: {len(signed)} ways to sign")
    check(bool(signed) and all(verified(folder, key, *words) for words in signed), f"{what}: OpenSSL verifies them all")
    check(len(re.findall(rf"^refused tls .* errno={EINVAL}$", text, re.M)) == 9 - len(wanted), f"{what}: and there is no other")
    part = re.search(r"^key tls .* public=([0-9a-f]+)", text, re.M)
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER").hex()
    check(part and (part[1][:-EXPONENT] if rsa else part[1]) in public, f"{what}: the public part is the key's")
    check(f"key nobody errno={ENOENT}" in text and f"key other errno={ENOENT}" in text, f"{what}: keys that aren't there")
