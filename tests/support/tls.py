# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""An authority of the test's own and certificates that it signs, by the openssl command."""

import os
import subprocess

DISK = 64 * 1024  # bytes of a disk that carries them
P256 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
P384 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-384")


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


class Pair:
    """A certificate, with those that lead to its authority's, and its key, in PEM."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def __str__(self):
        return self.certificate + self.key

    def files(self, folder, name):
        """@return paths of the certificate and of the key, for who wants files"""
        paths = [os.path.join(folder, f"{name}.{end}") for end in ("pem", "key")]
        for path, text in zip(paths, (self.certificate, self.key)):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        return paths


class Authority:
    """Vouches for `name`. Its own certificate is in `file`."""

    def __init__(self, folder, name, given=None):
        """@param given paths of the certificate and the key of one that is there already"""
        self.folder, self.name, self.count, self.chain = folder, name, 0, ""
        if given:
            self.file, self.key = given
            return
        self.file, self.key = os.path.join(folder, "authority.pem"), os.path.join(folder, "authority.key")
        openssl("req", "-x509", "-newkey", *P256, "-nodes", "-subj", "/CN=Test authority", "-days", "365", "-keyout", self.key, "-out", self.file)

    def _signed(self, subject, days, kind, extension):
        """@return text of the certificate, path of the key"""
        self.count += 1
        key, request = (os.path.join(self.folder, f"{subject}-{self.count}.{end}") for end in ("key", "csr"))
        openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", f"/CN={subject}", "-addext", extension, "-keyout", key, "-out", request)
        return openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAserial", request + ".srl", "-CAcreateserial",
                       "-copy_extensions", "copy", "-days", str(days)), key

    def certificate(self, days=30, kind=P256):
        """A new one for `name`; with negative days it has expired."""
        text, key = self._signed(self.name, days, kind, f"subjectAltName=DNS:{self.name}")
        with open(key, encoding="ascii") as file:
            return Pair(text + self.chain, file.read())

    def intermediate(self):
        """@return an authority for which this one vouches: its certificates carry the chain that leads here"""
        text, key = self._signed("Test intermediate", 30, P256, "basicConstraints=critical,CA:TRUE")
        path = key.replace(".key", ".pem")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        lower = Authority(self.folder, self.name, (path, key))
        lower.chain = text + self.chain
        return lower

    @staticmethod
    def write(path, text):
        """As a disk that is there already sees it: in place."""
        data = str(text).encode().ljust(DISK, b"\0")
        with open(path, "r+b" if os.path.exists(path) else "wb") as file:
            file.write(data)
