#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/https with every kind of certificate that it serves, one after the other on the same disk: curl and openssl verify each
over both versions of TLS. https_certificates.py --image IMAGE [--wall hosted|process]"""

import os
import subprocess
import tempfile
import time

import guest
from tls import P256, P384, Authority

arguments = guest.parse()
guest.need("curl", "openssl")
check = guest.check
# What, by which authority, which key, what s_client says of it.
KINDS = [("RSA of 2048 bits", "root", ("rsa:2048",), "Server public key is 2048 bit", "RSA-PSS"),
         ("RSA of 3072 bits", "root", ("rsa:3072",), "Server public key is 3072 bit", "RSA-PSS"),
         ("RSA behind an intermediate", "intermediate", ("rsa:2048",), "Server public key is 2048 bit", "RSA-PSS"),
         ("ECDSA by P-256 behind an intermediate", "intermediate", P256, "Server public key is 256 bit", "ECDSA"),
         ("ECDSA by P-384", "root", P384, "Server public key is 384 bit", "ECDSA"),
         ("Ed25519", "root", ("ed25519",), "Server public key is 256 bit", "Ed25519")]


def reloads():
    page = subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{machine.port('tcp', guest.METRICS_PORT)}/metrics"],
                          capture_output=True, text=True).stdout
    return guest.metrics(page)["tls_reloads_total"]


def curl(*options):
    return subprocess.run(["curl", "-s", "-S", "-m", "10", "--cacert", root.file, "--resolve", f"wick.test:{port}:127.0.0.1", *options,
                           f"https://wick.test:{port}/hello.txt"], capture_output=True, text=True)


def check_kind(what, pair, bits, signature):
    before, end = reloads(), time.monotonic() + 20
    root.write(disk, pair)
    while reloads() == before and time.monotonic() < end:
        time.sleep(0.1)
    check(reloads() == before + 1, f"{what}: it is taken into use")
    for version in ("1.3", "1.2"):
        page = curl(f"--tlsv{version}", "--tls-max", version)
        check(page.stdout == "Hello, wick!\n", f"{what}: curl verifies it over TLS {version} {page.stderr}")
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "wick.test", "-verify_hostname", "wick.test",
                               "-verify_return_error", "-CAfile", root.file, f"-tls{version.replace('.', '_')}"], input=b"", capture_output=True, timeout=20)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        check(all(text in said for text in ("Verify return code: 0 (ok)", bits, f"Peer signature type: {signature}")),
              f"{what}: so does openssl, signed by {signature}")


with tempfile.TemporaryDirectory(prefix="wick-kinds-") as folder:
    root = Authority(folder, "wick.test")
    authorities = {"root": root, "intermediate": root.intermediate()}
    disk = os.path.join(folder, "disk")
    root.write(disk, root.certificate())
    with guest.nat_with_disk(arguments, [("tcp", 443), ("tcp", guest.METRICS_PORT)], f"tls:{disk}",
                             f"arg=--certificate arg=/dev/tls arg=--reload-seconds arg=1 {guest.METRICS}") as machine:
        port = machine.port("tcp", 443)
        check(machine.wait_for(r"https: \d+ paths, port 443", 30), f"it serves\n{machine.console()}")
        for what, by, key, bits, signature in KINDS:
            check_kind(what, authorities[by].certificate(kind=key), bits, signature)
guest.finish()
