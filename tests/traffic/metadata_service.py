# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The services of instance data that clouds have, as far as a guest asks them: who answers at a listening socket what each
cloud's documentation says, or what somebody says who is broken, slow or malicious."""

import base64
import threading
import time

TOKEN = "AQAEAKL3xyz-_1234567890abcdef=="
USER_DATA = """#cloud-config
wick:
  arguments: [--level, "3 4"]
  environment: {A: instance, B: instance}
write_files:
- {path: /etc/shop/key, permissions: '0640', content: "secret\\n"}
"""
NOTHING = (404, {}, "<html>Not Found</html>")


def ec2(method, target, headers):
    if target == "/latest/api/token":
        seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        return (200, {}, TOKEN) if method == "PUT" and seconds.isdigit() and 1 <= int(seconds) <= 21600 else (400, {}, "")
    if headers.get("x-aws-ec2-metadata-token") != TOKEN:
        return 401, {}, ""
    there = {"/latest/meta-data/local-hostname": "ec2-7.eu-west-1.compute.internal", "/latest/user-data": USER_DATA}
    return (200, {}, there[target]) if method == "GET" and target in there else NOTHING


def gce(method, target, headers):
    flavor = {"Metadata-Flavor": "Google"}
    if headers.get("metadata-flavor") != "Google":
        return 403, flavor, ""
    there = {"hostname": "gce-7.c.project.internal", "attributes/user-data": USER_DATA}
    name = target.removeprefix("/computeMetadata/v1/instance/")
    return (200, flavor, there[name]) if method == "GET" and name in there else (404, flavor, "")


def azure(method, target, headers):
    path, _, query = target.partition("?")
    if headers.get("metadata") != "true" or "x-forwarded-for" in headers or "api-version=2021-01-01" not in query.split("&"):
        return 400, {}, '{ "error": "Bad request." }'
    there = {"vmId": "02aab8a4-74ef-476e-8182-f6d2ba4166a6", "osProfile/computerName": "azure-7",
             "userData": base64.b64encode(USER_DATA.encode()).decode()}
    name = path.removeprefix("/metadata/instance/compute/")
    good = method == "GET" and name in there and "format=text" in query.split("&")
    return (200, {}, there[name]) if good else NOTHING


def openstack(method, target, _):
    there = {"/openstack/latest/meta_data.json": '{"uuid": "1", "hostname": "stack-7.novalocal", "meta": {"a": "\\ud83d\\ude00"}}',
             "/openstack/latest/user_data": USER_DATA}
    return (200, {}, there[target]) if method == "GET" and target in there else NOTHING


def text(answer):
    """Status, header fields and body as bytes."""
    status, more, body = answer
    fields = {"Content-Type": "text/plain", "Server": "played", **more, "Content-Length": str(len(body.encode()))}
    return "\r\n".join([f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in fields.items()), "", body]).encode()


class Service:
    """Answers at a socket, one connection a thread, until the test ends."""

    def __init__(self, listening):
        self.listening = listening
        self.answer = None  # of (method, target, headers): bytes; or pieces of them, each with seconds to wait before it
        self.asked = []
        threading.Thread(target=self.accept, daemon=True).start()

    def play(self, answer):
        self.answer, self.asked = answer, []

    def cloud(self, cloud):
        self.play(lambda *question: text(cloud(*question)))

    def accept(self):
        while True:
            connection = self.listening.accept()[0]
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(4096)
                if not more:
                    return
                head += more
            first, *lines = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self.asked.append((method, target, headers))
            said = self.answer(method, target, headers)
            try:
                for pause, piece in [(0, said)] if isinstance(said, bytes) else said:
                    time.sleep(pause)
                    connection.sendall(piece)
            except OSError:
                pass  # the guest has heard enough
