#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# With `mux=on`, which lets a serial port and a virtio console share one terminal, QEMU loses input. The console says how
# many bytes its guest's buffers have room for, and the multiplexer takes as many; then it hands them over one by one, each
# of which uses up a whole buffer, and has room for 32 more, where the later ones take the place of earlier ones. Where a
# guest has 8 buffers of 512 bytes, 400 bytes arrive as the first 8 and the last 32, again and again. Without `mux` all is
# right.
#
# No guest is needed: QEMU's qtest protocol writes the registers and the memory of the virtio-mmio device.
#
# Run first on 2026-11-28 with qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: 400 bytes, of which 41 are right; without mux
# 400 of 400.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v seabios=1.16.2-1

cd "$root"
cat >input.py <<'P'
import os, socket, struct, subprocess, sys, time

shared = sys.argv[1] == "mux"
if os.path.exists("input"):
    os.remove("input")
qemu = subprocess.Popen(["qemu-system-x86_64", "-L", "usr/share/qemu", "-L", "usr/share/seabios", "-M", "microvm", "-accel", "tcg",
                         "-qtest", "stdio", "-qtest-log", "none", "-nodefaults", "-no-user-config", "-display", "none", "-m", "64",
                         "-global", "virtio-mmio.force-legacy=off",
                         "-chardev", "socket,id=c,path=input,server=on,wait=off" + (",mux=on" if shared else ""),
                         *(["-serial", "chardev:c"] if shared else []),
                         "-device", "virtio-serial-device", "-device", "virtconsole,chardev=c"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
base = next(0xfeb00000 + slot * 512 for slot in range(24) if read(0xfeb00000 + slot * 512 + 8) == 3)
write(base + 0x70, 1 | 2)                                   # acknowledge, driver
for half, bits in ((0, 0), (1, 1)):                         # version 1 and nothing else
    write(base + 0x24, half); write(base + 0x20, bits)
write(base + 0x70, 1 | 2 | 8)
COUNT, BYTES = 8, 512
table, available, used, data = 0x100000, 0x101000, 0x102000, 0x110000
write(base + 0x30, 0); write(base + 0x38, COUNT)            # queue 0 is what port 0 receives by
for register, address in ((0x80, table), (0x90, available), (0xa0, used)):
    write(base + register, address); write(base + register + 4, 0)
write(base + 0x44, 1); write(base + 0x70, 1 | 2 | 4 | 8)
put(table, b"".join(struct.pack("<QIHH", data + i * BYTES, BYTES, 2, 0) for i in range(COUNT)))
put(available, struct.pack("<HH8H", 0, COUNT, *range(COUNT)))
write(base + 0x50, 0)
client = socket.socket(socket.AF_UNIX)
client.connect("input")
sent = bytes(range(32, 232)) * 2                            # no key of the multiplexer's own
client.sendall(sent)
got, seen, offered = b"", 0, COUNT
for _ in range(100):
    time.sleep(0.02)
    index = struct.unpack("<H", get(used + 2, 2))[0]
    while seen != index:                                    # each buffer is given back at once
        number, length = struct.unpack("<II", get(used + 4 + seen % COUNT * 8, 8))
        got += get(data + number * BYTES, length)
        put(available + 4 + offered % COUNT * 2, struct.pack("<H", number))
        seen, offered = seen + 1, offered + 1
        put(available + 2, struct.pack("<H", offered))
        write(base + 0x50, 0)
qemu.stdin.close(); qemu.kill(); qemu.wait()
print(f"{len(got)} bytes, {sum(one == other for one, other in zip(got, sent))} of 400 right")
P
qemu-system-x86_64 --version | head -n 1
mux=$(python3 input.py mux)
alone=$(python3 input.py alone)
printf 'with mux: %s\nwithout: %s\n' "$mux" "$alone"
as_found "a multiplexer hands over 400 bytes, few of which are right" grep -q '^400 bytes, [0-9]\{1,2\} of' <<<"$mux"
as_found "without it all are right" test "$alone" = "400 bytes, 400 of 400 right"
finish
