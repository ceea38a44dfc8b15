#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A client that verifies servers by the authorities embedded in its image: it talks to a good one and refuses each other one in
a sentence that names the cause; the server gets the right alert. tls_client.py --image IMAGE [--wall hosted|process]"""

import pathlib
import socket
import ssl
import tempfile
import threading
import warnings

import guest
import hosted
from tls import Authority, Pair

arguments = guest.parse()
guest.need("openssl")
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "guest/tls-client"
warnings.filterwarnings("ignore", category=DeprecationWarning)  # versions of TLS that must be refused


class Server(threading.Thread):
    """Takes one client, greets who says hello, and keeps in `heard` what happened instead."""

    def __init__(self, pair, name, highest=None, lowest=None):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*pair.files(scratch, name))
        if highest:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version, self.context.maximum_version = lowest or highest, highest
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.heard = str(self.listener.getsockname()[1]), "nothing"
        self.start()

    def run(self):
        self.listener.settimeout(60)
        try:
            plain, _ = self.listener.accept()
            plain.settimeout(20)
            with self.context.wrap_socket(plain, server_side=True) as connection:
                if connection.recv(64) == b"hello\n":
                    connection.sendall(b"welcome")
                    self.heard = "hello"
                connection.recv(64)
        except (ssl.SSLError, OSError) as error:
            self.heard = getattr(error, "reason", None) or str(error)


class Plain(Server):
    """Doesn't know TLS."""

    def run(self):
        connection, _ = self.listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def cases():
    """What, the server, the name it is asked for, what the client says, what the server hears."""
    known = Authority(scratch, "wick.test", (str(FOLDER / "authority.pem"), str(FOLDER / "authority.key")))
    unknown, between = Authority(scratch, "wick.test"), known.intermediate()
    good, lower = known.certificate(), between.certificate()
    alone = Pair(lower.certificate[:lower.certificate.index("-----END CERTIFICATE-----\n") + 26], lower.key)
    v12, v11 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1
    yield "a good one", Server(good, "good"), "wick.test", "talked by TLSv1.3: welcome", "hello"
    yield "TLS 1.2", Server(good, "old", v12), "wick.test", "talked by TLSv1.2: welcome", "hello"
    yield "RSA", Server(known.certificate(kind=("rsa:3072",)), "rsa"), "wick.test", "talked by TLSv1.3: welcome", "hello"
    yield "a chain", Server(lower, "chain"), "wick.test", "talked by TLSv1.3: welcome", "hello"
    yield ("a chain with a gap", Server(alone, "gap"), "wick.test", "refused: unable to get local issuer certificate", "TLSV1_ALERT_UNKNOWN_CA")
    yield ("an expired one", Server(known.certificate(days=-1), "expired"), "wick.test", "refused: certificate has expired",
           "SSLV3_ALERT_CERTIFICATE_EXPIRED")
    yield "another name", Server(good, "name"), "other.test", "refused: hostname mismatch", "SSLV3_ALERT_BAD_CERTIFICATE"
    yield ("an unknown authority", Server(unknown.certificate(), "unknown"), "wick.test", "refused: unable to get local issuer certificate",
           "TLSV1_ALERT_UNKNOWN_CA")
    yield "TLS 1.1", Server(good, "older", v11), "wick.test", "refused: tlsv1 alert protocol version", "UNSUPPORTED_PROTOCOL"
    yield "no TLS", Plain(good, "plain"), "wick.test", "refused: wrong version number", "nothing"


with tempfile.TemporaryDirectory(prefix="wick-tls-") as scratch:
    tries = list(cases())
    words = [f"--arg={word}" for _, server, name, _, _ in tries for word in (name, server.port)]
    ended = hosted.run(hosted.command(arguments.image, arguments.wall or "process", "--host-loopback", ",".join(server.port for _, server, *_ in tries), *words), 60)
    guest.check(ended.code == 0 and "tls-client: end" in ended.text, f"the client comes to its end\n{ended.text}{ended.errors}")
    for what, server, name, says, hears in tries:
        server.join(10)
        guest.check(f"{name} {server.port}: {says}\n" in ended.text.replace("\r", ""), f"{what}: {says}")
        guest.check(server.heard == hears, f"{what}: the server hears {server.heard}")
guest.finish()
