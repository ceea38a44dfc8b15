#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A link that falls and returns, by QEMU's monitor, on each network device that is named: the appliance asks for its address
again and says where it is, as often as the link returns, and not while it stays."""

import concurrent.futures
import os
import struct
import subprocess
import tempfile
import time

import guest
import qemu

arguments = guest.parse(("--models", {"nargs": "+", "default": [""]}))
OWN = bytes([10, 0, 2, 15])  # as QEMU's network gives it


def frames(path):
    """What has crossed the wire, from a file of QEMU's filter-dump (libpcap's format)."""
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack("<I", data[at + 8:at + 12])[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def asked(path):
    """@return how often the guest has asked a DHCP server for an address (RFC 2131), how often it has announced it (RFC 5227 §3)"""
    requests = announcements = 0
    for frame in frames(path):
        requests += frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[34:38] == b"\x00\x44\x00\x43" and b"\x35\x01\x03" in frame[282:]
        announcements += frame[12:14] == b"\x08\x06" and frame[28:32] == OWN == frame[38:42]
    return requests, announcements


def wait_for(path, before, seconds=10):
    limit = time.monotonic() + seconds
    while any(now <= then for now, then in zip(asked(path), before)) and time.monotonic() < limit:
        time.sleep(0.05)
    return asked(path)


def judge(model):
    with tempfile.TemporaryDirectory(prefix="wick-link-") as scratch:
        name, wire, port = model or "virtio-mmio", os.path.join(scratch, "wire"), guest.free_port()
        extra = qemu.device_arguments("q35" if model else "microvm", ["network"], net=f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80", model=model)
        line = qemu.command(arguments.image, "q35" if model else "microvm", arguments.memory, "log.level=info net.ipv6=off",
                            [*extra, "-object", f"filter-dump,id=f0,netdev=n0,file={wire}"])
        with qemu.Machine(line) as machine:
            if not machine.wait_for(r"IPv4 address", 60):
                guest.check(False, f"{name}: an address at first")
                return
            known = wait_for(wire, (0, 0))
            for away in (1.0, 0.3):
                time.sleep(1.5)
                quiet = asked(wire)
                machine.ask("set_link n0 off")
                time.sleep(away)
                guest.check(asked(wire) == quiet == known, f"{name}: it asks for nothing while the link stays, nor when it falls")
                machine.ask("set_link n0 on")
                now = wait_for(wire, quiet)
                time.sleep(1.5)
                known = asked(wire)
                guest.check(now > quiet, f"{name}: the link returns after {away} s: {now[0] - quiet[0]} requests, {now[1] - quiet[1]} announcements")
            page = subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{port}/hello.txt"], capture_output=True, check=False).stdout
            guest.check(page == b"Hello, wick!\n", f"{name}: it serves")


with concurrent.futures.ThreadPoolExecutor() as pool:  # most of their time they wait
    for done in [pool.submit(judge, model) for model in arguments.models]:
        done.result()
guest.finish()
