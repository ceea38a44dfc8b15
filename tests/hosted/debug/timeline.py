# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The trace is JSON with calls, exits and waits in it; that of a killed monitor is, once its array is closed."""

import json
import time

import guest

g = guest.Guest()
path = g.path("trace.json")
code, _, _ = g.run("--trace", path)
guest.same(code, 42)
with open(path, encoding="utf-8") as file:
    events = json.load(file)
names = {event["name"] for event in events}
if not {"thread_name", "guest", "console", "exit"} <= names:
    raise SystemExit(f"FAILED: only {names}")
for event in events:
    if event["ph"] == "X" and not (event["ts"] >= 0 and event["dur"] >= 0):
        raise SystemExit(f"FAILED: {event}")

with g.start("--trace", path, "--arg", "sleep") as process:
    time.sleep(1)
    process.kill()
with open(path, encoding="utf-8") as file:
    events = json.loads(file.read() + "]")
guest.same("console" in {event["name"] for event in events}, True)
print("SUCCESS")
