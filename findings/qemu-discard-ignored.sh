#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# A drive of QEMU ignores discards unless it is told "discard=unmap" ("ignore" is the default of -drive and of
# -blockdev). virtio-blk offers the feature VIRTIO_BLK_F_DISCARD (bit 13) all the same, and answers a discard with OK: the
# guest can't know that its image never shrinks.
#
# No guest is needed: QEMU's qtest protocol writes the registers and the memory of the virtio-mmio device.
#
# Run first on 2026-11-27 with qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: feature offered, status 0, 1024 KiB of the
# file still there; with discard=unmap 0 KiB.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v seabios=1.16.2-1

cd "$root"
cat >discard.py <<'P'
import os, struct, subprocess, sys, time

disk, how = "disk", sys.argv[1]
with open(disk, "wb") as file:
    file.write(b"x" * (1 << 20))
os.sync()
qemu = subprocess.Popen(["qemu-system-x86_64", "-L", "usr/share/qemu", "-L", "usr/share/seabios", "-M", "microvm", "-accel", "tcg", "-S",
                         "-qtest", "stdio", "-qtest-log", "none", "-nodefaults", "-no-user-config", "-display", "none", "-m", "64",
                         "-global", "virtio-mmio.force-legacy=off", "-drive", f"if=none,id=d,format=raw,file={disk}{how}",
                         "-device", "virtio-blk-device,drive=d"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

def ask(line):
    qemu.stdin.write(line + "\n")
    qemu.stdin.flush()
    while True:
        answer = qemu.stdout.readline().split()
        if answer and answer[0] in ("OK", "FAIL", "ERR"):
            return answer[1] if len(answer) > 1 else ""

def read(at): return int(ask(f"readl {at:#x}"), 16)
def write(at, value): ask(f"writel {at:#x} {value:#x}")
def put(at, data): ask(f"write {at:#x} {len(data)} 0x{data.hex()}")
def get(at, length): return bytes.fromhex(ask(f"read {at:#x} {length}")[2:])

# The device takes one of microvm's slots (virtio 1.2, 4.2.2).
base = next(0xfeb00000 + slot * 512 for slot in range(24) if read(0xfeb00000 + slot * 512 + 8) == 2)
write(base + 0x70, 1 | 2)                                   # acknowledge, driver
write(base + 0x14, 0); low = read(base + 0x10)
offered = bool(low >> 13 & 1)
for half, bits in ((0, low & 1 << 13), (1, 1)):             # discard; version 1
    write(base + 0x24, half); write(base + 0x20, bits)
write(base + 0x70, 1 | 2 | 8)
table, available, used, data = 0x100000, 0x101000, 0x102000, 0x103000
write(base + 0x30, 0); write(base + 0x38, 8)
for register, address in ((0x80, table), (0x90, available), (0xa0, used)):
    write(base + register, address); write(base + register + 4, 0)
write(base + 0x44, 1); write(base + 0x70, 1 | 2 | 4 | 8)
put(data, struct.pack("<IIQ", 11, 0, 0) + struct.pack("<QII", 0, 2048, 0) + b"\xff")   # discard of all sectors
put(table, b"".join(struct.pack("<QIHH", *entry) for entry in ((data, 16, 1, 1), (data + 16, 16, 1, 2), (data + 32, 1, 2, 0))))
put(available, struct.pack("<HHH", 0, 1, 0))
write(base + 0x50, 0)
for _ in range(200):
    time.sleep(0.05)
    if get(used + 2, 2) == b"\1\0":
        break
status = get(data + 32, 1)[0]
qemu.stdin.close(); qemu.kill(); qemu.wait()
print(f"{'offered' if offered else 'not offered'}, status {status}, {os.stat(disk).st_blocks // 2} KiB")
P
qemu-system-x86_64 --version | head -n 1
plain=$(python3 discard.py "")
unmap=$(python3 discard.py ",discard=unmap")
printf 'as it comes: %s\nwith discard=unmap: %s\n' "$plain" "$unmap"
as_found "a discard is offered, answered with OK and ignored" test "$plain" = "offered, status 0, 1024 KiB"
as_found "with discard=unmap it is done" test "$unmap" = "offered, status 0, 0 KiB"
finish
