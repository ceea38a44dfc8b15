#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/https whose private key is the key service's: curl and openssl verify it over TLS 1.3 and 1.2 with keys of ECDSA and RSA,
a certificate of another key is refused; behind Linux's walls all memory of the guest's process is looked through while it
serves, and tickets of before a crash resume. https_keys.py --image IMAGE [--debug ELF] [--wall hosted|process]"""

import contextlib
import os
import subprocess
import tempfile
import time

import guest
import memory
from tls import Authority

REQUEST = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\nConnection: close\r\n\r\n"
KINDS = {"P-256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "RSA": ("rsa:2048",)}
FUNCTION = "_ZN5https17before_connectionE"  # called before each connection

arguments = guest.parse()
debug = arguments.debug
guest.need("curl", "openssl")
check = guest.check


def start(certificate, key):
    """With the certificate on a disk and the key outside."""
    disk, path = os.path.join(folder, "disk"), os.path.join(folder, "key.pem")
    authority.write(disk, certificate)
    with open(path, "w", encoding="ascii") as file:
        file.write(key)
    words = "arg=--certificate arg=/dev/tls arg=--key arg=wick:tls"
    if arguments.wall:
        return path, guest.HostedNat(arguments.image, arguments.wall, [("tcp", 443)], words, "--disk", f"tls={disk}", "--key", f"tls={path}")
    block = os.path.join(folder, "block")
    with open(block, "w", encoding="ascii") as file:
        file.write("key.tls=" + key.replace("\n", "\\n") + "\n")
    return path, guest.QemuNat(arguments.image, [("tcp", 443)], words, memory=arguments.memory, disks=[f"tls:{disk}"], more=["-initrd", block])


def client(machine, *options):
    done = subprocess.run(["openssl", "s_client", "-ign_eof", "-connect", f"127.0.0.1:{machine.port('tcp', 443)}", "-CAfile", authority.file, *options],
                          input=REQUEST, capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def curl(machine, *options):
    port = machine.port("tcp", 443)
    return subprocess.run(["curl", "-s", "-S", "-m", "60", "--cacert", authority.file, "--resolve", f"wick.test:{port}:127.0.0.1", *options,
                           f"https://wick.test:{port}/hello.txt"], capture_output=True, text=True)


def check_serves(machine, kind):
    check(machine.wait_for(r"https: \d+ paths, port 443", 60), f"{kind}: it serves\n{machine.console()}")
    for version, options in (("1.3", ["--tlsv1.3"]), ("1.2", ["--tlsv1.2", "--tls-max", "1.2"])):
        page = curl(machine, *options)
        check(page.stdout == "Hello, wick!\n", f"{kind}: curl verifies it over TLS {version} {page.stderr}")
    said = client(machine, "-tls1_3")
    check("Verify return code: 0 (ok)" in said and "Hello, wick!" in said, f"{kind}: s_client verifies it")
    print("        " + next((line for line in said.splitlines() if line.startswith("Peer signature type")), "no signature"))
    for version in ("-tls1_3", "-tls1_2"):
        session = os.path.join(folder, "session" + version)
        client(machine, version, "-sess_out", session)
        check("\nReused, " in client(machine, version, "-sess_in", session), f"{kind}: TLS {version[4:]} resumes")


def check_memory(machine, kind, key):
    secrets = memory.secrets_of(key)
    [keeper] = [child for child in guest.hosted.children(machine.process.pid) if memory.name_of(child) == "wick-keys"]
    content = memory.of_process(machine.process.pid)
    check(not memory.found(secrets, content), f"{kind}: {len(content) >> 20} MiB of the guest's process don't have the key")
    check(bool(memory.found(secrets, memory.of_process(keeper))), f"{kind}: the key's process has it")


def crash(machine):
    """Makes the guest call what isn't there at its next connection."""
    symbols = subprocess.run(["llvm-nm-19", debug], check=True, capture_output=True, text=True).stdout
    [place] = [int(line.split()[0], 16) for line in symbols.splitlines() if line.endswith(FUNCTION)]
    with open(f"/proc/{machine.process.pid}/mem", "r+b", buffering=0) as content:
        content.seek(place)
        content.write((16).to_bytes(8, "little"))
    curl(machine)
    check(machine.wait_for(r"end of crash", 20), "the guest is made to crash")


def check_crash(machine):
    crash(machine)
    end = time.monotonic() + 30
    while curl(machine).stdout != "Hello, wick!\n" and time.monotonic() < end:
        time.sleep(0.2)
    for version in ("-tls1_3", "-tls1_2"):
        said = client(machine, version, "-sess_in", os.path.join(folder, "session" + version))
        check("\nReused, " in said and "Hello, wick!" in said, f"TLS {version[4:]}: a ticket of before the crash resumes")


def check_refused(certificate, other):
    _, machine = start(certificate, other)
    with machine:
        machine.wait_end(60)
        check("has a private key that isn't the certificate's" in machine.console(), "a key that isn't the certificate's is refused")


with tempfile.TemporaryDirectory(prefix="wick-https-keys-") as folder, contextlib.ExitStack() as stack:
    authority = Authority(folder, "wick.test")
    pairs = {kind: authority.certificate(kind=words) for kind, words in KINDS.items()}
    for kind, pair in pairs.items():
        path, machine = start(pair.certificate, pair.key)
        with machine:
            check_serves(machine, kind)
            if arguments.wall:
                check_memory(machine, kind, path)
            if arguments.wall == "process" and debug and kind == "P-256":
                check_crash(machine)
    check_refused(pairs["P-256"].certificate, pairs["RSA"].key)
guest.finish()
