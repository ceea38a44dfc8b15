#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A DHCP server that does not answer: the appliance boots and listens all the same, says so, and asks on with growing
pauses. Malformed frames do it no harm. The tap stays without a server; what the appliance sends is counted there."""

import time

import guest

arguments = guest.parse()
SNIFF = r"""
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((sys.argv[1], 0)); s.settimeout(0.2)
end = time.time() + float(sys.argv[2])
while time.time() < end:
    try: frame, where = s.recvfrom(2048)
    except OSError: continue
    if where[2] != 4 and frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[34:38] == b"\x00\x44\x00\x43":
        print("%.2f" % time.time(), flush=True)
"""
SPRAY = r"""
import socket, sys, random
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0)); random.seed(5)
kinds = [b"\x08\x00", b"\x08\x06", b"\x86\xdd", b"\x81\x00", b"\x88\x99"]
for _ in range(20000):
    body = bytearray(random.randbytes(random.randrange(1, 1400)))
    if random.random() < 0.7: body[0] = random.choice([0x45, 0x46, 0x4f, 0x60])
    s.send(b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x09" + random.choice(kinds) + bytes(body))
"""

with guest.Namespace("dhcp") as net:
    with net.machine(arguments.image, memory=arguments.memory, append="net.ipv4=dhcp") as machine:
        asked = [float(line) for line in net.run("python3", "-c", SNIFF, net.tap, "16").stdout.split()]
        guest.check(machine.wait_for(r"^http: .*port 80", 5), "it boots and listens without an address")
        guest.check(machine.wait_for(r"no DHCP server has answered yet", 10), "it says so")
        pauses = [b - a for a, b in zip(asked, asked[1:])]
        guest.check(len(asked) >= 3, f"it asks on: {len(asked)} times in 16 s")
        guest.check(len(pauses) >= 2 and pauses[-1] > pauses[0], f"with growing pauses: {', '.join('%.1f' % p for p in pauses)} s")
    with net.machine(arguments.image, memory=arguments.memory) as machine:
        machine.wait_for(r"IPv4 address", 30)
        guest.check(net.run("python3", "-c", SPRAY, net.tap).returncode == 0, "20,000 malformed frames sent")
        time.sleep(0.5)
        answer = net.run("curl", "-s", "-m", "10", f"http://{guest.GUEST4}/hello.txt").stdout
        guest.check(answer == b"Hello, wick!\n", "it still serves")
guest.finish()
