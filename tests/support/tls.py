# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""An authority of the test's own and certificates that it signs, by the openssl command."""

import os
import subprocess

DISK = 64 * 1024  # bytes of a disk that carries them


class Pair:
    """A certificate and its key, in PEM."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def __str__(self):
        return self.certificate + self.key


class Authority:
    def __init__(self, folder, name):
        self.folder, self.name, self.count = folder, name, 0
        self.file, self.key = os.path.join(folder, "authority.pem"), os.path.join(folder, "authority.key")
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Test authority",
                     "-days", "365", "-keyout", self.key, "-out", self.file)

    @staticmethod
    def openssl(*words):
        return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout

    def certificate(self, days=30, kind=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """A new one for `name`; with negative days it has expired."""
        self.count += 1
        key, request = (os.path.join(self.folder, f"{self.count}.{end}") for end in ("key", "csr"))
        self.openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", f"/CN={self.name}", "-addext", f"subjectAltName=DNS:{self.name}",
                     "-keyout", key, "-out", request)
        text = self.openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-copy_extensions", "copy", "-days", str(days))
        with open(key, encoding="ascii") as file:
            return Pair(text, file.read())

    @staticmethod
    def write(path, text):
        """As a disk that is there already sees it: in place."""
        data = str(text).encode().ljust(DISK, b"\0")
        with open(path, "r+b" if os.path.exists(path) else "wb") as file:
            file.write(data)
