#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What apps/https says to clients that go wrong: the right alert, once, and nothing to who has ended it by an alert already.
Records that are cut short, too long, spoilt; downgrades; renegotiation. https_alerts.py --image IMAGE [--wall hosted|process]"""

import os
import subprocess
import tempfile
import threading
from ssl import TLSVersion

import guest
from raw_tls import DATA, HANDSHAKE, Client, alert, exchange, hello, record
from tls import Authority

GET = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\n\r\n"
FALLBACK = 0x5600  # TLS_FALLBACK_SCSV (RFC 7507, section 2)
UNEXPECTED_MESSAGE, RECORD_OVERFLOW, HANDSHAKE_FAILURE, ILLEGAL_PARAMETER, DECODE_ERROR, PROTOCOL_VERSION, INAPPROPRIATE_FALLBACK = (
    10, 22, 40, 47, 50, 70, 86)
WAIT_SECONDS = 20
DOWNGRADED = b"DOWNGRD\1"  # the end of a ServerHello's random (RFC 8446, section 4.1.3)
VERSIONS = {"TLS 1.3": None, "TLS 1.2": TLSVersion.TLSv1_2}

arguments = guest.parse()
guest.need("openssl")
check = guest.check


def says(data, *expected):
    """@return whether these bytes are answered by such an alert, which is all and the end"""
    answer = exchange(port, data)
    return alert(answer) in expected or print(f"        answered by {answer[:32].hex()}, {len(answer)} bytes")


def check_clients_alerts():
    """RFC 8446, section 6.2: who gets a fatal alert closes the connection, and sends nothing more."""
    for what, version in VERSIONS.items():
        with Client(port, None, version) as client:
            error = client.shake_hands()
            check(error and error.reason == "CERTIFICATE_VERIFY_FAILED", f"{what}: a client that doesn't know the authority says so")
            check(client.rest() == b"", f"{what}: nothing answers its alert, and the connection ends")
        with Client(port, authority.file, version) as client:
            client.shake_hands()
            client.socket.sendall(client.record(GET))
            client.answer()
            client.arrived.write(record(DATA, b"x" * 64))
            try:
                client.engine.read(64)
            except OSError:
                client.flush()
            check(client.rest() == b"", f"{what}: nor does anything answer one behind the handshake")
    check(exchange(port, record(21, b"\2\x28")) == b"", "nor one instead of a handshake")


def check_handshake_records():
    check(says(record(HANDSHAKE, b"\1\0\0\1\0"), DECODE_ERROR), "a ClientHello that ends too soon: decode_error")
    check(says(record(HANDSHAKE, b"x" * 64, 0xFFFF), RECORD_OVERFLOW), "a record longer than any: record_overflow")
    check(says(record(HANDSHAKE, b"") * 50, UNEXPECTED_MESSAGE), "one record after the other with nothing in it: unexpected_message")
    check(says(record(DATA, b"hello"), UNEXPECTED_MESSAGE), "data before the handshake: unexpected_message")
    check(says(record(0x63, b"hello"), UNEXPECTED_MESSAGE, DECODE_ERROR), "a record of no known kind: unexpected_message")
    check(says(record(HANDSHAKE, b"\x0b\0\0\3\0\0\0"), UNEXPECTED_MESSAGE), "a certificate instead of a ClientHello: unexpected_message")
    check(says(hello(compression=b"\1"), DECODE_ERROR, ILLEGAL_PARAMETER), "compression alone: illegal_parameter")
    check(says(hello(suites=(0x002F, 0x000A)), HANDSHAKE_FAILURE), "no cipher that is served: handshake_failure")
    check(says(hello(extensions=b"\0\x0a\0\x04\0\x02\0\x16"), HANDSHAKE_FAILURE), "no curve that is served: handshake_failure")
    check(says(hello(extensions=b"\0\x0a\0\x04\0\x02\0"), DECODE_ERROR), "extensions that are cut short: decode_error")
    check(exchange(port, hello()[:40], end=True) == b"", "a ClientHello whose rest never comes: the connection ends")
    check(len(exchange(port, b"GET / HTTP/1.1\r\n\r\n")) in (0, 7), "no TLS at all: an alert at most")


def check_data_records():
    for what, version in VERSIONS.items():
        with Client(port, authority.file, version) as client:
            client.shake_hands()
            good = client.record(GET)
            client.socket.sendall(good)
            check(b"Hello, wick!" in client.answer(), f"{what}: a record as it should be is answered")
            spoilt = bytearray(client.record(GET))
            spoilt[-1] ^= 1
            client.socket.sendall(spoilt)
            check(client.answer() == "SSLV3_ALERT_BAD_RECORD_MAC", f"{what}: a spoilt one is: bad_record_mac")
            check(client.rest() == b"", f"{what}: and ends the connection")
        with Client(port, authority.file, version) as client:
            client.shake_hands()
            client.socket.sendall(record(DATA, b"x" * 20000))
            check(client.answer() == "TLSV1_ALERT_RECORD_OVERFLOW", f"{what}: one longer than any: record_overflow")
        before = requests()
        with Client(port, authority.file, version) as client:
            client.shake_hands()
            client.socket.sendall(client.record(GET)[:-8])
            client.socket.shutdown(1)
            client.rest()
        check(requests() == before, f"{what}: of one that is cut short nothing is taken for a request")


def check_downgrades():
    check(says(hello(suites=(0xC02B, FALLBACK)), INAPPROPRIATE_FALLBACK), "a client that has fallen back though it needn't: inappropriate_fallback")
    check(says(hello(version=0x0302), PROTOCOL_VERSION), "TLS 1.1: protocol_version")
    with Client(port, authority.file, TLSVersion.TLSv1_2) as client:
        client.shake_hands()
        check(client.seen[11:43].endswith(DOWNGRADED), "TLS 1.2 is marked as what it is, for clients that could do better")
    with Client(port, authority.file) as client:
        client.shake_hands()
        check(not client.seen[11:43].endswith(DOWNGRADED), "and TLS 1.3 isn't")


def check_renegotiation():
    """s_client asks for it by a line with an R, and for new keys by one with a K."""
    def typed(version, letter):
        with subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "wick.test", "-CAfile", authority.file, version],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0) as client:
            try:
                said = b""
                while b"read R BLOCK" not in said and b"Verify return code: 0" not in said and (line := client.stdout.readline()):
                    said += line
                client.stdin.write(letter + b"\n")
                while not any(word in said for word in (b"RENEGOTIATING\n", b"KEYUPDATE\n")) and (line := client.stdout.readline()):
                    said += line
                end = threading.Timer(WAIT_SECONDS, client.kill)
                end.start()
                try:  # whoever closes its input ends it, with an answer under way
                    client.stdin.write(b"GET /hello.txt HTTP/1.1\nHost: wick.test\nConnection: close\n\n")
                except BrokenPipeError:
                    pass  # it has ended
                said += client.stdout.read()
                end.cancel()
                return said
            finally:
                client.kill()

    said = typed("-tls1_2", b"R")
    check(b"no renegotiation" in said and b"Hello, wick!" not in said, "TLS 1.2: renegotiation is refused: no_renegotiation")
    said = typed("-tls1_3", b"K")
    check(b"KEYUPDATE" in said and b"Hello, wick!" in said, "TLS 1.3: new keys are taken, and the connection goes on")


def metrics():
    return guest.metrics(subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{machine.port('tcp', guest.METRICS_PORT)}/metrics"],
                                        capture_output=True, text=True).stdout)


def requests():
    return sum(count for name, count in metrics().items() if name.startswith("http_requests_total"))


with tempfile.TemporaryDirectory(prefix="wick-alerts-") as folder:
    authority = Authority(folder, "wick.test")
    disk = os.path.join(folder, "disk")
    authority.write(disk, authority.certificate())
    with guest.nat_with_disk(arguments, [("tcp", 443), ("tcp", guest.METRICS_PORT)], f"tls:{disk}",
                             f"arg=--certificate arg=/dev/tls {guest.METRICS}") as machine:
        port = machine.port("tcp", 443)
        check(machine.wait_for(r"https: \d+ paths, port 443", 30), f"it serves\n{machine.console()}")
        check_clients_alerts()
        check_handshake_records()
        check_data_records()
        check_downgrades()
        check_renegotiation()
        check(metrics()["tls_handshakes_under_way"] == 0 and metrics()["tls_handshakes_failed_total"] > 10, "all of them are over and counted")
guest.finish()
