# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The loader for UEFI tells a TPM 2.0 what it starts: the slot's header goes into PCR 8, its payload into PCR 9, from signed disks and
from others. swtpm is the TPM, and its log says what it was told. measured.py --wick WICK IMAGE"""

import hashlib
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import HEADER, console, parse, slot_of  # noqa: E402

SHA256 = "000b"  # TPM_ALG_SHA256; before a digest in a list of them
EXTEND = "00000182"  # TPM_CC_PCR_Extend


class Tpm:
    """A TPM for one machine. It ends with the machine that it is connected to."""

    def __init__(self, scratch, name):
        self.folder = os.path.join(scratch, name)
        os.mkdir(self.folder)
        self.socket, self.log = os.path.join(self.folder, "socket"), os.path.join(self.folder, "log")

    def __enter__(self):
        self.process = subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", "dir=" + self.folder, "--ctrl", "type=unixio,path=" + self.socket,
                                         "--log", f"file={self.log},level=20", "--terminate"])
        for _ in range(100):
            if os.path.exists(self.socket):
                break
            time.sleep(0.1)
        return ["-chardev", f"socket,id=tpm,path={self.socket}", "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm0"]

    def __exit__(self, *_):
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def told(self, register):
        """The SHA-256 digests that a register was extended by, in hexadecimal."""
        with open(self.log, encoding="ascii") as file:
            commands = re.split(r"^ \w+[ _]\w+: length \d+$", file.read(), flags=re.M)
        words = (re.sub(r"\s", "", command).lower() for command in commands)
        mine = [word for word in words if word[12:28] == EXTEND + f"{register:08x}"]
        return [word[word.index(SHA256, 56) + 4:][:64] for word in mine]


def expected(disk):
    """Of the header without its checksum, and of the payload."""
    at = slot_of(disk)
    header, length = bytearray(disk[at:at + HEADER]), struct.unpack_from("<Q", disk, at + 16)[0]
    header[508:512] = bytes(4)
    return [hashlib.sha256(part).hexdigest() for part in (header, disk[at + HEADER:at + HEADER + length])]


def main():
    options = parse()
    wick, image = options.wick, options.image
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        subprocess.run([wick, "keygen", "mine"], check=True)
        seen = []
        for name, words in (("unsigned", []), ("signed", ["--sign", "mine.key"]), ("words", ["--append", "log.level=warning"])):
            subprocess.run([wick, "pack", image, "-o", "disk", *words], check=True)
            tpm = Tpm(scratch, name)
            with tpm as arguments:
                text = console("disk", qemu.uefi_arguments(scratch) + arguments, "http: ", "160", 90)
            with open("disk", "rb") as file:
                header, payload = expected(file.read())
            told = tpm.told(8), tpm.told(9)
            if not check("http: " in text and told == ([header], [payload]), f"{name}: PCR 8 has the header, PCR 9 the payload"):
                print(text, told, header, payload)
            seen.append((header, payload))
        check(len({header for header, _ in seen}) == 3 and len({payload for _, payload in seen}) == 1, "a signature and another boot line change PCR 8 alone")
    finish()


main()
