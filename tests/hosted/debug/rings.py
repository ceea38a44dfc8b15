# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The trace of a guest with a network: what its queues have moved, interrupts raised, and waits in between."""

import json
import socket
import time
import urllib.request

import guest

g = guest.Guest()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
path = g.path("trace.json")
with g.start("--trace", path, "-p", f"127.0.0.1:{port}:80") as process:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
                guest.same(answer.status, 200)
            break
        except OSError:
            time.sleep(0.1)
    process.terminate()
    process.communicate(timeout=guest.SECONDS)
with open(path, encoding="utf-8") as file:
    events = json.load(file)
names = {event["name"] for event in events}
if not {"network 0 queue 0", "network 0 queue 1", "wait", "yield", "event 8"} <= names:
    raise SystemExit(f"FAILED: only {names}")
for event in events:
    if event["ph"] == "C":
        guest.same(event["args"]["taken"] >= event["args"]["published"], True)
print("SUCCESS")
