#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/nginx-tls by curl and openssl: both versions of TLS, none that is older, resumption. https_nginx.py --image IMAGE"""

import os
import subprocess
import tempfile

import guest
from tls import Authority

REQUEST = b"GET / HTTP/1.1\r\nHost: wick.test\r\nConnection: close\r\n\r\n"

arguments = guest.parse()
guest.need("curl", "openssl")


def client(*options):
    done = subprocess.run(["openssl", "s_client", "-ign_eof", "-connect", f"127.0.0.1:{port}", "-CAfile", authority.file, *options],
                          input=REQUEST, capture_output=True, timeout=20)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


with tempfile.TemporaryDirectory(prefix="wick-nginx-") as folder:
    authority = Authority(folder, "wick.test")
    disk = os.path.join(folder, "disk")
    authority.write(disk, authority.certificate())
    with guest.nat_with_disk(arguments, [("tcp", 443)], f"tls:{disk}") as machine:
        port = machine.port("tcp", 443)
        guest.check(machine.wait_for(r"IPv4 address", 30), "it has an address")
        page = subprocess.run(["curl", "-s", "-S", "-m", "10", "--retry", "5", "--retry-connrefused", "--cacert", authority.file, "--resolve",
                               f"wick.test:{port}:127.0.0.1", f"https://wick.test:{port}/"], capture_output=True, text=True)
        guest.check("<title>" in page.stdout or "nginx" in page.stdout, f"curl verifies it: {page.stderr}{machine.console()}")
        for version in ("-tls1_3", "-tls1_2"):
            session = os.path.join(folder, "session")
            first = client(version, "-sess_out", session)
            guest.check("\nNew, " in first and "Verify return code: 0 (ok)" in first, f"{version[1:]}: a first connection")
            guest.check("\nReused, " in client(version, "-sess_in", session), f"{version[1:]}: the second one resumes")
        guest.check("alert protocol version" in client("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "nothing older")
guest.finish()
