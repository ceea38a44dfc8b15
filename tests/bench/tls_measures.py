# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of TLS. Each function measures one subject; the servers that are compared are up together and take turns."""

import contextlib
import os
import re
import socket
import ssl
import statistics
import sys
import tempfile

from guest import ROOT, SCRATCH, Unavailable, built, call
from native_peers import FAR, GUESTS, answers, nginx_command, options, server
from ports import Server, least
from readings import processor_seconds
from row import Row

sys.path.insert(0, os.path.join(ROOT, "tests/support"))
from tls import P256, Authority  # noqa: E402

SERVERS, CLIENT = "0", "1"  # processors
CONNECTIONS, LARGE = 16, 4  # at once; MiB
KINDS = {"ECDSA P-256": P256, "RSA 2048": ("rsa:2048",)}
NGINX = """user root; worker_processes 1; daemon off; pid {folder}/pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen {address} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519; ssl_session_cache off; ssl_session_tickets on;
    root {root};
    location = /hello.txt {{ return 200 "Hello, wick!\\n"; }}
  }}
}}
"""


def openssl_version():
    """Of the library that this machine's programs use, the peer among them."""
    return re.findall(r"OpenSSL (\S+)", call("openssl", "version"))[-1]


def progress(text):
    print(f"         … {text}", flush=True)


def pinned(processor, *command):
    return ["taskset", "-c", processor, *command]


def nginx(network, within, address, paths, root):
    command = nginx_command("nginx-tls", lambda run: NGINX.format(folder=run, address=address, certificate=paths[0], key=paths[1], root=root))
    return server(network, pinned(SERVERS, *within, *command), address, "https")


def appliance(network, image, disk):
    command = [*network.within, image, *options("process"), "--disk", f"tls={disk}", "--arg", "--certificate", "--arg", "/dev/tls"]
    return server(network, pinned(SERVERS, *command), GUESTS["process"], "https")


class Place:
    """Where a server is reached, and which process it is."""

    def __init__(self, address, program):
        self.address, self.pid = address, program.process.pid


def client(network, place, what, path, seconds):
    """@return answers and bytes for a second of the server's processor"""
    program = built("tls_client.c", "tls_client", "clang-19", "-std=gnu17", "-O2", "{source}", "-o", "{target}", "-lssl", "-lcrypto")
    host, _, port = place.address.partition(":")
    before = processor_seconds(place.pid)
    text = call(*pinned(CLIENT, *network.within, program, host, port or "443", what, path, str(CONNECTIONS), str(seconds)))
    spent = processor_seconds(place.pid) - before
    had, size, resumed = (float(number) for number in re.findall(r"[\d.]+", text)[:3])
    if had == 0 or abs(resumed - (had if what == "resumed" else 0)) > CONNECTIONS:
        raise Unavailable(f"{place.address}: {had:.0f} answers, {resumed:.0f} resumed")
    return had / spent, size / spent


def by_turns(context, what, places, measured):
    """@param measured rate of a place  @return lists of rates by name"""
    rates = {name: [] for name in places}
    for turn in range(context.rounds):
        for name in list(places)[::-1 if turn % 2 else 1]:
            rates[name].append(measured(places[name]))
        progress(f"{what}, round {turn + 1} of {context.rounds}: " + ", ".join(f"{name} {rate[-1]:,.1f}/s" for name, rate in rates.items()))
    return rates


def compared(rates):
    return round(statistics.median(mine / theirs for mine, theirs in zip(rates["process"], rates["nginx"])), 2)


@contextlib.contextmanager
def both(context, image, kind, near=True, root="/nonexistent"):
    """nginx and the appliance with certificates of one kind. @param near nginx on loopback  @return their places"""
    network = context.network
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        authority = Authority(folder, "wick.test")
        pair, disk = authority.certificate(kind=kind), os.path.join(folder, "disk")
        authority.write(disk, pair)
        address = "127.0.0.1:8443" if near else f"{FAR}:8443"
        with nginx(network, network.within if near else network.within_far, address, pair.files(folder, "server"), root) as theirs, \
                appliance(network, image, disk) as ours:
            yield {"nginx": Place(address, theirs), "process": Place(GUESTS["process"], ours)}


def handshakes(context):
    image = context.image("https", wall="hosted")
    for name, kind in KINDS.items():
        with both(context, image, kind) as places:
            for what, target in (("full", 0.9), ("resumed", 1.0)):
                rates = by_turns(context, f"{name}, {what}", places,
                                 lambda place: client(context.network, place, what, "/hello.txt", context.round_seconds)[0])
                yield Row(f"nginx: {what} handshakes/s, {name}", round(statistics.median(rates["nginx"])))
                yield Row(f"process: {what} handshakes/s, {name}, over nginx", compared(rates), target, "x", most=False)


def bulk(context):
    image, size = context.large("https", "hosted")
    assert size == LARGE << 20
    root = os.path.join(SCRATCH, "large-https/www")
    with both(context, image, P256, near=False, root=root) as places:
        rates = by_turns(context, "MiB of large bodies", places,
                         lambda place: client(context.network, place, "bulk", "/large.txt", context.round_seconds)[1] / (1 << 20))
    yield Row("nginx: MiB/s of large bodies", round(statistics.median(rates["nginx"])))
    yield Row("process: MiB/s of large bodies over nginx", compared(rates), 0.85, "x", most=False)


def size(context):
    return [Row("https: image, profile tiny, KiB", round(os.path.getsize(context.image("https", "tiny")) / 1024, 1), 1228.8)]


def serves_64(image, disk, authority):
    """Whether 64 connections at once have an answer each, with so many KiB."""
    def works(kib):
        command = [image, "--wall", "process", "--memory", f"{kib}K", "-p", "{port}:443", "--disk", f"tls={disk}", "--arg", "--certificate",
                   "--arg", "/dev/tls"]
        trusting = ssl.create_default_context(cafile=authority)
        try:
            with Server(command, lambda port, host: answers(Here, f"{host}:{port}", "https")) as there, contextlib.ExitStack() as stack:
                connections = []
                for _ in range(64):
                    plain = stack.enter_context(socket.create_connection((there.host, there.port), 10))
                    connections.append(stack.enter_context(trusting.wrap_socket(plain, server_hostname="wick.test")))
                for connection in connections:
                    connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\n\r\n")
                return all(b"200 OK" in connection.recv(4096) for connection in connections)
        except (Unavailable, OSError):
            return False
    return works


class Here:
    """The network of this process."""
    within = ()


def memory(context):
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        authority, disk = Authority(folder, "wick.test"), os.path.join(folder, "disk")
        authority.write(disk, authority.certificate())
        found = least(serves_64(context.image("https", "tiny", "hosted"), disk, authority.file), 16384)
    return [Row("process: https: least memory under 64 connections, profile tiny, MiB", found and round(found / 1024, 2), 6)]


ALL = {"handshakes": handshakes, "bulk": bulk, "size": size, "memory": memory}
