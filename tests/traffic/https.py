#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/https by curl and openssl: TLS 1.3 and 1.2 and nothing older, ciphers, ALPN, resumption, clients that only
begin; certificates that can't serve are refused in one sentence, and another one is taken into use while connections
go on. https.py --image IMAGE [--wall hosted|process]"""

import contextlib
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time

import guest
from tls import Authority

arguments = guest.parse()
guest.need("curl", "openssl")
check = guest.check
LEAST_MEMORY = 8  # MiB


def appliance(disk, memory=None):
    """Behind its NAT, with certificates and key on a disk."""
    return guest.nat_with_disk(arguments, [("tcp", 443), ("tcp", guest.METRICS_PORT)], f"tls:{disk}",
                               f"arg=--certificate arg=/dev/tls arg=--reload-seconds arg=1 {guest.METRICS}", memory)


def curl(*options, path="/hello.txt", name="wick.test"):
    return subprocess.run(["curl", "-s", "-S", "-m", "10", "--cacert", authority.file, "--resolve", f"{name}:{port}:127.0.0.1", *options,
                           f"https://{name}:{port}{path}"], capture_output=True, text=True)


def client(*options, say=b"", seconds=10):
    """What `openssl s_client` says of a connection."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "wick.test", "-CAfile", authority.file,
                           *options], input=say, capture_output=True, timeout=seconds)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def metrics():
    page = subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{machine.port('tcp', guest.METRICS_PORT)}/metrics"],
                          capture_output=True, text=True).stdout
    return guest.metrics(page)


def check_versions():
    page = curl("--tlsv1.3", "-w", "%{http_version} %{ssl_verify_result}")
    check(page.stdout == "Hello, wick!\n1.1 0", f"curl verifies it over TLS 1.3: {page.stdout!r} {page.stderr}")
    check(curl("--tlsv1.2", "--tls-max", "1.2").stdout == "Hello, wick!\n", "and over TLS 1.2")
    said = client("-tls1_3")
    check("TLSv1.3" in said and "Verify return code: 0 (ok)" in said, "s_client over TLS 1.3")
    check("Server Temp Key: X25519" in said, "with X25519")
    for old in ("-tls1_1", "-tls1"):
        said = client(old, "-cipher", "ALL:@SECLEVEL=0")
        check("alert protocol version" in said, f"{old[1:]} is refused by the right alert")
    check("SSL_ERROR" in curl(name="other.test").stderr or curl(name="other.test").returncode == 60, "a wrong name is the client's to refuse")


def check_ciphers():
    """Each cipher that OpenSSL has is offered alone."""
    listed = subprocess.run(["openssl", "ciphers", "-tls1_2", "-s", "ALL:@SECLEVEL=0"], capture_output=True, text=True).stdout.strip().split(":")
    taken = []
    for name in listed:
        if "PSK" not in name and "SRP" not in name and "New, TLSv1.2" in client("-tls1_2", "-cipher", f"{name}:@SECLEVEL=0"):
            taken.append(name)
    check(taken and all(re.match(r"ECDHE-ECDSA-(AES(128|256)-GCM|CHACHA20-POLY1305)", name) for name in taken),
          f"of {len(listed)} ciphers of TLS 1.2 these are taken: {' '.join(taken)}")
    new = [name for name in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                             "TLS_AES_128_CCM_8_SHA256") if "New, TLSv1.3" in client("-tls1_3", "-ciphersuites", name)]
    check(len(new) == 3 and not any("CCM" in name for name in new), f"and of TLS 1.3 {' '.join(new)}")


def check_protocols():
    check("ALPN protocol: http/1.1" in client("-alpn", "h2,http/1.1"), "ALPN: http/1.1")
    check("alert no application protocol" in client("-alpn", "h2"), "and an alert for who speaks nothing else")


def check_resumption(scratch):
    request = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\nConnection: close\r\n\r\n"
    before = metrics()["tls_resumptions_total"]
    for version in ("-tls1_3", "-tls1_2"):
        session = os.path.join(scratch, "session")
        first = client(version, "-ign_eof", "-sess_out", session, say=request)
        check("\nNew, " in first and "Hello, wick!" in first, f"{version[1:]}: a first connection")
        check("\nReused, " in client(version, "-ign_eof", "-sess_in", session, say=request), f"{version[1:]}: the second one resumes")
    check(metrics()["tls_resumptions_total"] == before + 2, "and the metrics count it")


def check_flood():
    """Of 200 that never say a word all are taken or turned away, while one that was there before goes on."""
    words = ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", "-CAfile", authority.file]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as there:
        ask = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\n\r\n"
        there.stdin.write(ask)
        there.stdin.flush()
        check(b"Hello, wick!" in read_until(there.stdout, b"wick!\n"), "a connection is there")
        flood = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(200)]
        for connection in flood:
            connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        time.sleep(1)
        there.stdin.write(ask)
        there.stdin.flush()
        check(b"Hello, wick!" in read_until(there.stdout, b"wick!\n"), "it is served while 200 others only begin")
        check(curl().stdout == "Hello, wick!\n", "and so is a new one")
        for connection in flood:
            connection.close()
        there.kill()


def read_until(stream, end):
    got = b""
    while not got.endswith(end) and (byte := stream.read(1)):
        got += byte
    return got


def check_reload(disk):
    words = ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", "-CAfile", authority.file]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as there:
        ask = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\n\r\n"
        there.stdin.write(ask)
        there.stdin.flush()
        read_until(there.stdout, b"wick!\n")
        old = metrics()["tls_certificate_end_seconds"]
        authority.write(disk, authority.certificate(days=90))
        end = time.monotonic() + 15
        while metrics()["tls_certificate_end_seconds"] == old and time.monotonic() < end:
            time.sleep(0.2)
        check(metrics()["tls_reloads_total"] == 1 and metrics()["tls_certificate_end_seconds"] > old, "another certificate is taken into use")
        check(curl().stdout == "Hello, wick!\n", "and serves")
        there.stdin.write(ask)
        there.stdin.flush()
        check(b"Hello, wick!" in read_until(there.stdout, b"wick!\n"), "the connection from before goes on")
        there.kill()
    authority.write(disk, "rubbish")
    end = time.monotonic() + 15
    while metrics()["tls_reloads_failed_total"] == 0 and time.monotonic() < end:
        time.sleep(0.2)
    check(metrics()["tls_reloads_failed_total"] == 1 and curl().stdout == "Hello, wick!\n", "what can't serve is told, and the one before it serves on")
    check("the certificate stays: the new one has no certificate in PEM" in machine.console(), "in one sentence")


def check_memory(disk):
    """As many connections at once as the figure of docs/tls.md names, each with a second request when all are there."""
    ask = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\n\r\n"
    context = ssl.create_default_context(cafile=authority.file)
    served = 0
    with appliance(disk, LEAST_MEMORY) as small, contextlib.ExitStack() as open_ones:
        small.wait_for(r"https: \d+ paths, port 443", 30)
        there = []
        for _ in range(64):
            plain = open_ones.enter_context(socket.create_connection(("127.0.0.1", small.port("tcp", 443)), 10))
            there.append(open_ones.enter_context(context.wrap_socket(plain, server_hostname="wick.test")))
        for connection in there:
            connection.sendall(ask)
            served += b"200 OK" in connection.recv(4096)
    check(served == 64, f"64 connections in {LEAST_MEMORY} MiB: {served} are served")


def check_refusals(scratch):
    good = authority.certificate()
    other = authority.certificate()
    for what, text, sentence in (("an expired one", authority.certificate(days=-1), "has a certificate that has expired"),
                                 ("another's key", good.certificate + other.key, "has a private key that isn't the certificate's"),
                                 ("no key", good.certificate, "has no private key in PEM that can be read without a password"),
                                 ("rubbish", "rubbish", "has no certificate in PEM that can be read")):
        disk = os.path.join(scratch, "bad")
        authority.write(disk, text)
        with appliance(disk) as bad:
            code = bad.wait_end(30)
            ended = code == 1 if arguments.wall else guest.qemu.exit_code(code, bad.console().replace("\r", "")) == 1
            check(ended and f"https: /dev/tls {sentence}" in bad.console(), f"{what} is refused: {sentence}")


with tempfile.TemporaryDirectory(prefix="wick-https-") as folder:
    authority = Authority(folder, "wick.test")
    file = os.path.join(folder, "disk")
    authority.write(file, authority.certificate(days=30))
    with appliance(file) as machine:
        port = machine.port("tcp", 443)
        check(machine.wait_for(r"https: \d+ paths, port 443", 30), f"it serves\n{machine.console()}")
        check_versions()
        check_ciphers()
        check_protocols()
        check_resumption(folder)
        check_flood()
        check_reload(file)
    authority.write(file, authority.certificate(days=30))
    check_memory(file)
    check_refusals(folder)
guest.finish()
