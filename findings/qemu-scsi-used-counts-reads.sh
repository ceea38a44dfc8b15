#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# When QEMU's virtio-scsi has done a write, it reports more bytes written to the driver's memory than the chain has room
# for: it adds those that it has read. Virtio 1.2, section 2.7.8.2, asks for what the device wrote into the chain's
# device-writable part. A driver that takes such a number for a broken device, as it may where the other side isn't
# trusted, loses its disk at the first write.
#
# No guest is needed: QEMU's qtest protocol writes the registers and the memory of the virtio-mmio device.
#
# Run first on 2026-11-28 with qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: a command without data reports 108 bytes of
# 108, a write of 512 bytes reports 620 of 108.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v seabios=1.16.2-1

here=$(cd "$(dirname "$0")" && pwd)
cd "$root"
cat >used.py <<'P'
from qtest import READS, WRITES, Machine

RESPONSE = 108  # what a driver that changes no size makes room for (section 5.6.6.1)

def command(cdb):
    return READS, bytes([1, 0, 0x40]) + bytes(16) + cdb + bytes(32 - len(cdb))

with open("disk", "wb") as file:
    file.truncate(1 << 20)
machine = Machine("-drive", "if=none,id=d,format=raw,file=disk", "-device", "virtio-scsi-device", "-device", "scsi-hd,drive=d")
adapter = machine.find(8)
machine.start(adapter, 0, 2)
for _ in range(2):  # the first answer is that the disk has been switched on
    ready, (_, answer) = machine.request(adapter, 2, command(bytes(6)), (WRITES, RESPONSE))
write, (_, _, answer) = machine.request(adapter, 2, command(bytes([0x2a]) + bytes(7) + b"\1\0"), (READS, b"x" * 512), (WRITES, RESPONSE))
machine.end()
print(f"no data: {ready}, write of 512 bytes: {write}, status {answer[10]}")
P
export PYTHONPATH=$here
qemu-system-x86_64 --version | head -n 1
seen=$(python3 used.py)
echo "$seen"
as_found "bytes that were read are reported as written" test "$seen" = "no data: 108, write of 512 bytes: 620, status 0"
finish
