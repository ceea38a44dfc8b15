# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""mosquitto behind both walls, by its own clients: topics with wildcards, retained messages, all three qualities of service, a last
will, many messages in order; a client that speaks nonsense harms nobody. mosquitto.py IMAGE"""

import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402


def publish(port, *words, **options):
    return subprocess.run(["mosquitto_pub", "-p", str(port), *words], capture_output=True, text=True, timeout=30, **options)


class Subscriber:
    """mosquitto_sub, which has told that it is subscribed."""

    def __init__(self, port, *words):
        self.process = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "-d", "-p", str(port), "-W", "20", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if line.startswith("Subscribed"):
                break

    def messages(self):
        said = self.process.communicate(timeout=30)[0]
        return [line for line in said.splitlines() if not line.startswith(("Client ", "Subscribed"))]


def check_broker(port, wall):
    for quality in ("0", "1", "2"):
        with_quality = Subscriber(port, "-q", quality, "-C", "2", "-v", "-t", "house/+/heat")
        publish(port, "-q", quality, "-t", "house/hall/heat", "-m", "21")
        publish(port, "-q", quality, "-t", "house/hall/light", "-m", "on")
        publish(port, "-q", quality, "-t", "house/attic/heat", "-m", "17")
        heard = with_quality.messages()
        check(heard == ["house/hall/heat 21", "house/attic/heat 17"], f"{wall}: topics with quality {quality} {heard}")
    publish(port, "-r", "-t", "kept", "-m", "still here")
    check(Subscriber(port, "-C", "1", "-t", "kept").messages() == ["still here"], f"{wall}: a retained message")
    lines = [f"line {i}" for i in range(1000)]  # the broker drops what a client hasn't read: of 2,000 it delivers 1,550, natively as well
    flood = Subscriber(port, "-q", "1", "-C", "1000", "-t", "flood")
    publish(port, "-q", "1", "-l", "-t", "flood", input="\n".join(lines) + "\n")
    check(flood.messages() == lines, f"{wall}: 1000 messages in order")
    will = Subscriber(port, "-C", "1", "-t", "will")
    doomed = Subscriber(port, "--will-topic", "will", "--will-payload", "gone", "-t", "anything")
    doomed.process.kill()
    check(will.messages() == ["gone"], f"{wall}: a last will")
    doomed.process.communicate()
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
    check(publish(port, "-t", "x", "-m", "y").returncode == 0, f"{wall}: nonsense harms nobody")


def main():
    image = sys.argv[1]
    for wall in hosted.walls():
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:1883") as machine:
            limit = time.monotonic() + 20
            while (done := publish(port, "-t", "x", "-m", "y")).returncode and time.monotonic() < limit:
                time.sleep(0.05)
            if check(done.returncode == 0, f"{wall}: it listens {done.stderr}\n{machine.console() if done.returncode else ''}"):
                check_broker(port, wall)
        with hosted.Machine(image, wall, "--memory", "12M", "-p", f"{port}:1883") as machine:
            check(machine.wait_for("mosquitto version .* running", 20), f"{wall}: it runs with little memory")
            check(publish(port, "-q", "1", "-t", "x", "-s", input="x" * 20_000_000).returncode != 0 and publish(port, "-q", "1", "-t", "x", "-m", "y").returncode == 0,
                  f"{wall}: a message that has no room ends its client's connection alone")
    hosted.finish()


main()
