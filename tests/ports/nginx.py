# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""nginx behind both walls: files, ranges, what isn't there, conditional requests, bad requests; wrk and ab without an error; more
clients than it has connections. nginx.py IMAGE"""

import contextlib
import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../apps/nginx/www/index.html")


def ask(port, head):
    """One request. @return status, headers in lower case, body"""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head.encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    top, _, body = answer.partition(b"\r\n\r\n")
    lines = top.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if len(lines[0].split()) > 1 else 0
    return status, {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}, body


def get(path, *lines):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""])


def check_answers(port, wall, page):
    status, headers, body = ask(port, get("/"))
    check((status, body, headers.get("content-type")) == (200, page, "text/html") and headers["server"] == "nginx/1.22.1", f"{wall}: the page")
    status, more, body = ask(port, get("/index.html", "Range: bytes=2-8"))
    check((status, body) == (206, page[2:9]), f"{wall}: a range of it")
    status, _, body = ask(port, get("/", f"If-None-Match: {headers['etag']}"))
    check((status, body) == (304, b""), f"{wall}: not again when it is known")
    check(ask(port, get("/nothing"))[0] == 404 and ask(port, get("/../etc/nginx.conf"))[0] == 400, f"{wall}: what isn't there, what mustn't be")
    check(ask(port, "rubbish\r\n\r\n")[0] in (0, 400) and ask(port, get("/" + "x" * 20_000))[0] == 414, f"{wall}: bad requests")


def main():
    image = sys.argv[1]
    with open(PAGE, "rb") as file:
        page = file.read()
    for wall in hosted.walls():
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80") as machine:
            if not check(http.get(port) == page.decode(), f"{wall}: it serves\n{machine.console()}"):
                continue
            check_answers(port, wall, page)
            done = subprocess.run(["wrk", "-t1", "-c64", "-d2s", f"http://127.0.0.1:{port}/"], capture_output=True, text=True, timeout=60)
            asked = re.search(r"(\d+) requests in", done.stdout)
            check(asked and int(asked[1]) > 100 and "Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, f"{wall}: wrk, {asked and asked[0]}")
            done = subprocess.run(["ab", "-q", "-n", "1000", "-c", "20", f"http://127.0.0.1:{port}/"], capture_output=True, text=True, timeout=60)
            check(re.search(r"Complete requests:\s+1000\n", done.stdout) and re.search(r"Failed requests:\s+0\n", done.stdout),
                  f"{wall}: ab, a connection each")
            many = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(600)]
            for connection in many:
                connection.close()
            check(ask(port, get("/"))[0] == 200, f"{wall}: 600 clients that say nothing, and it still serves")
        with hosted.Machine(image, wall, "--memory", "5M", "-p", f"{port}:80") as machine:
            check(http.get(port) == page.decode(), f"{wall}: it serves from 5 MiB")
            many = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(400)]
            for connection in many:
                with contextlib.suppress(ConnectionError):  # whom there is no memory for is turned away
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")  # and no more: each has buffers of nginx now
            for connection in many:
                connection.close()
            check(ask(port, get("/"))[0] == 200, f"{wall}: 400 clients of more than that, and it still serves")
    hosted.finish()


main()
