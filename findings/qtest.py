# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""For the scripts beside this file: a virtio device of QEMU's microvm, driven without a guest by QEMU's qtest protocol, which
reads and writes registers and memory (virtio 1.2, sections 2.7 and 4.2)."""

import struct
import subprocess
import time

SLOTS, SLOT_BYTES = 0xfeb00000, 512
TABLE, AVAILABLE, USED, DATA = 0x100000, 0x101000, 0x102000, 0x103000
READS, WRITES = 0, 2  # what a descriptor has the device do


class Machine:
    def __init__(self, *devices):
        self.qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-L", "usr/share/qemu", "-L", "usr/share/seabios", "-M", "microvm", "-accel", "tcg", "-S", "-qtest", "stdio",
             "-qtest-log", "none", "-nodefaults", "-no-user-config", "-display", "none", "-m", "64", "-global", "virtio-mmio.force-legacy=off",
             *devices], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.qemu.stdin.write(line + "\n")
        self.qemu.stdin.flush()
        while True:
            answer = self.qemu.stdout.readline().split()
            if answer and answer[0] in ("OK", "FAIL", "ERR"):
                return answer[1] if len(answer) > 1 else ""

    def read(self, at):
        return int(self.ask(f"readl {at:#x}"), 16)

    def write(self, at, value):
        self.ask(f"writel {at:#x} {value:#x}")

    def put(self, at, data):
        self.ask(f"write {at:#x} {len(data)} 0x{data.hex()}")

    def get(self, at, length):
        return bytes.fromhex(self.ask(f"read {at:#x} {length}")[2:])

    def find(self, device):
        """@return the registers of the slot that has this virtio device"""
        slots = (SLOTS + slot * SLOT_BYTES for slot in range(24))
        return next(at for at in slots if self.read(at + 8) == device)

    def start(self, at, features, queue):
        """Brings the device up with one queue of 8. @return of `features`, those that it offers"""
        self.write(at + 0x70, 1 | 2)
        self.write(at + 0x14, 0)
        offered = self.read(at + 0x10) & features
        for half, bits in ((0, offered), (1, 1)):  # VIRTIO_F_VERSION_1 is bit 32
            self.write(at + 0x24, half)
            self.write(at + 0x20, bits)
        self.write(at + 0x70, 1 | 2 | 8)
        self.write(at + 0x30, queue)
        self.write(at + 0x38, 8)
        for register, address in ((0x80, TABLE), (0x90, AVAILABLE), (0xa0, USED)):
            self.write(at + register, address)
            self.write(at + register + 4, 0)
        self.write(at + 0x44, 1)
        self.write(at + 0x70, 1 | 2 | 4 | 8)
        self.count = 0
        return offered

    def request(self, at, queue, *pieces):
        """One chain. Each piece: what the device does, and its bytes or how many there is room for.
        @return the length that the device reports, and what stands in each piece afterwards"""
        place, places = DATA, []
        for number, (kind, content) in enumerate(pieces):
            content = bytes([0xff]) * content if kind == WRITES else content
            self.put(place, content)
            flags = kind | (1 if number + 1 < len(pieces) else 0)
            self.put(TABLE + 16 * number, struct.pack("<QIHH", place, len(content), flags, number + 1))
            places.append((place, len(content)))
            place += len(content)
        self.put(AVAILABLE + 4 + 2 * (self.count % 8), struct.pack("<H", 0))
        self.count += 1
        self.put(AVAILABLE + 2, struct.pack("<H", self.count))
        self.write(at + 0x50, queue)
        for _ in range(200):
            time.sleep(0.05)
            if self.get(USED + 2, 2) == struct.pack("<H", self.count):
                break
        length = struct.unpack("<I", self.get(USED + 4 + 8 * ((self.count - 1) % 8) + 4, 4))[0]
        return length, [self.get(*where) for where in places]

    def end(self):
        self.qemu.stdin.close()
        self.qemu.kill()
        self.qemu.wait()
