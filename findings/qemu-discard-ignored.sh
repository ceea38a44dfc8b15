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

here=$(cd "$(dirname "$0")" && pwd)
cd "$root"
cat >discard.py <<'P'
import os, struct, sys
from qtest import READS, WRITES, Machine

disk, how = "disk", sys.argv[1]
with open(disk, "wb") as file:
    file.write(b"x" * (1 << 20))
os.sync()
machine = Machine("-drive", f"if=none,id=d,format=raw,file={disk}{how}", "-device", "virtio-blk-device,drive=d")
block = machine.find(2)
offered = machine.start(block, 1 << 13, 0)
_, (_, _, status) = machine.request(block, 0, (READS, struct.pack("<IIQ", 11, 0, 0)), (READS, struct.pack("<QII", 0, 2048, 0)), (WRITES, 1))
machine.end()
print(f"{'offered' if offered else 'not offered'}, status {status[0]}, {os.stat(disk).st_blocks // 2} KiB")
P
export PYTHONPATH=$here
qemu-system-x86_64 --version | head -n 1
plain=$(python3 discard.py "")
unmap=$(python3 discard.py ",discard=unmap")
printf 'as it comes: %s\nwith discard=unmap: %s\n' "$plain" "$unmap"
as_found "a discard is offered, answered with OK and ignored" test "$plain" = "offered, status 0, 1024 KiB"
as_found "with discard=unmap it is done" test "$unmap" = "offered, status 0, 0 KiB"
finish
