# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A client of TLS whose records a test sees and may spoil: Python's engine on one side, a plain socket on the other."""

import socket
import ssl

ALERT, HANDSHAKE, DATA = 21, 22, 23
HEAD = 5  # bytes in front of a record: type, version, length (RFC 8446, section 5.1)


class Client:
    """@param trusted file of the authorities; None: this client knows nobody"""

    def __init__(self, port, trusted, version=None, name="wick.test"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if trusted:
            context.load_verify_locations(trusted)
        if version:
            context.maximum_version = version
        self.arrived, self.leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.engine = context.wrap_bio(self.arrived, self.leaving, server_hostname=name)
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.seen = b""  # all that has come

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def flush(self):
        if data := self.leaving.read():
            self.socket.sendall(data)

    def fetch(self):
        """@return whether anything came"""
        data = self.socket.recv(65536)
        self.seen += data
        self.arrived.write(data)
        return bool(data)

    def until(self, step):
        """Repeats a step of the engine's until it has all that it wants."""
        while True:
            try:
                result = step()
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                if not self.fetch():
                    raise ConnectionError("the server has ended the connection") from None

    def shake_hands(self):
        """@return what the engine says against it, None when all is well"""
        try:
            self.until(self.engine.do_handshake)
        except ssl.SSLError as error:
            self.flush()
            return error
        return None

    def record(self, text):
        """@return this text encrypted, not sent"""
        self.engine.write(text)
        return self.leaving.read()

    def answer(self):
        """@return the page that comes, or the reason of the alert"""
        try:
            return self.until(lambda: self.engine.read(4096))
        except ssl.SSLError as error:
            self.flush()
            return error.reason

    def rest(self):
        """@return all bytes until the server ends the connection; a reset is such an end"""
        rest = b""
        try:
            while data := self.socket.recv(65536):
                rest += data
        except ConnectionResetError:
            pass
        return rest


def exchange(port, data, end=False):
    """@return all that the server answers to these bytes before it ends the connection
    @param end say that no more comes"""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(data)
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while block := connection.recv(65536):
                answer += block
        except ConnectionResetError:
            pass
        return answer


def alert(answer):
    """@return the description of the alert that an answer consists of, None when it is something else"""
    return answer[6] if len(answer) == 7 and answer[0] == ALERT else None


def record(kind, body, length=None):
    """As it stands on the wire: a first one says version 3.1, those behind the handshake 3.3."""
    return bytes((kind, 3, 3 if kind == DATA else 1)) + (len(body) if length is None else length).to_bytes(2, "big") + body


def hello(suites=(0xC02B, 0xC02F), version=0x0303, compression=b"\0", session=b"", extensions=None):
    """A ClientHello (RFC 5246, section 7.4.1.2) in a record, of a client that knows P-256 and signatures by ECDSA and RSA."""
    if extensions is None:
        extensions = b"\0\x0a\0\x04\0\x02\0\x17" + b"\0\x0d\0\x06\0\x04\4\3\4\1"
    body = version.to_bytes(2, "big") + bytes(range(32)) + bytes((len(session),)) + session
    body += (2 * len(suites)).to_bytes(2, "big") + b"".join(suite.to_bytes(2, "big") for suite in suites)
    body += bytes((len(compression),)) + compression + len(extensions).to_bytes(2, "big") + extensions
    return record(HANDSHAKE, b"\1" + len(body).to_bytes(3, "big") + body)
