#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# QEMU's user-mode network (libslirp) accepts a connection to a forwarded port by itself, before any guest has answered:
# that a client could connect says nothing. The SYN goes to the guest once; when nobody there answered it, because the
# guest was still starting, it comes again only after 6 s. A client that is started with its server waits so long.
#
# No guest is needed: the card of slirp.py answers ARP and counts SYNs.
#
# Run first on 2026-11-27 with libslirp0 4.7.0-1 and qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: connected at once,
# SYNs 0 s and 6 s after.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v libslirp0=4.7.0-1 seabios=1.16.2-1

card=$(dirname "$(readlink -f "$0")")
cd "$root"
cat >card.py <<'P'
import socket, time

from slirp import MAC, Card

with Card("tcp", 80) as card:
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", card.port), 1)
            break
        except OSError:
            time.sleep(0.1)
    print("connected while no guest has answered", flush=True)
    times = []
    while len(times) < 2:
        got = card.frame(20)
        if got[12:14] == b"\x08\x06" and got[20:22] == b"\0\1" and got[38:42] == bytes([10, 0, 2, 15]):
            card.send(got[6:12] + MAC + got[12:20] + b"\0\2" + MAC + got[38:42] + got[22:32])
        elif got[12:14] == b"\x08\0" and got[23] == 6 and got[14 + (got[14] & 15) * 4 + 13] & 0x12 == 2:
            times.append(time.monotonic())
    print(f"the second SYN comes {times[1] - times[0]:.1f} s after the first")
    raise SystemExit(0 if 5 < times[1] - times[0] < 7.5 else 1)
P
qemu-system-x86_64 --version | head -n 1
status=0
PYTHONPATH=$card python3 -B card.py >said || status=$?
cat said
as_found "a forwarded port accepts for nobody" grep -q connected said
as_found "a SYN that nobody answered comes again after 6 s" test "$status" = 0
finish
