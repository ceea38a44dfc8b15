# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Where the native figures are taken, and with whom: network namespaces that nobody else uses, appliances in them, and
the native servers beside those. nginx is downloaded by apt-get and unpacked below build/, never installed: its package
would start a service."""

import glob
import os
import shutil
import subprocess
import tempfile
import time

from guest import SCRATCH, Unavailable, built, call

WALLS = ("hosted", "process")
TAPS = {"hosted": "tap0", "process": "tap1"}
HOSTS = {"hosted": "10.77.0.1", "process": "10.77.1.1"}
GUESTS = {"hosted": "10.77.0.2", "process": "10.77.1.2"}
CLIENTS = {"hosted": "10.77.0.9", "process": "10.77.1.9"}  # of the launcher, nobody's for Linux
NEAR, FAR = "10.77.2.1", "10.77.2.2"
IPV6_OFF = "/proc/sys/net/ipv6/conf/default/disable_ipv6"
NATIVE, NGINX = "127.0.0.1:8001", "127.0.0.1:8002"

NGINX_SETTINGS = """user {user};
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type text/plain;
  server {{
    listen {address};
    location / {{ return 200 "Hello, world!"; }}
  }}
}}
"""


def tool(name):
    return built(name + ".c", name, "clang-19", "-std=gnu17", "-O2", "-static", "{source}", "-o", "{target}")


class Network:
    """For the runs of a `with`: a namespace with a tap a wall, and a second one behind a pair of virtual Ethernets."""

    def __enter__(self):
        self.near, self.far = (f"wick-bench-{os.getpid()}-{side}" for side in ("near", "far"))
        self.within, self.within_far = (["ip", "netns", "exec", name] for name in (self.near, self.far))
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make(self):
        for name in (self.near, self.far):
            call("ip", "netns", "add", name)
            call("ip", "-n", name, "link", "set", "lo", "up")
            # No chatter of neighbour discovery while anything is timed.
            call("ip", "netns", "exec", name, "sh", "-c", f"[ ! -e {IPV6_OFF} ] || echo 1 > {IPV6_OFF}")
        for wall in WALLS:
            self._ip("tuntap", "add", TAPS[wall], "mode", "tap", "vnet_hdr")
            self._ip("addr", "add", HOSTS[wall] + "/24", "dev", TAPS[wall])
            self._ip("link", "set", TAPS[wall], "up")
        self._ip("link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", self.far)
        for name, address in ((self.near, NEAR), (self.far, FAR)):
            call("ip", "-n", name, "addr", "add", address + "/24", "dev", "veth0")
            call("ip", "-n", name, "link", "set", "veth0", "up")

    def _ip(self, *words):
        return call("ip", "-n", self.near, *words)

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)


class Program:
    """A program that runs until the `with` ends, or stop(). What it writes to standard error is kept."""

    def __init__(self, command):
        self.errors = tempfile.TemporaryFile("w+", dir=SCRATCH)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors)

    def stop(self):
        """Asks it to end. @return what it wrote to standard error"""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.errors.seek(0)
        return self.errors.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.errors.close()


def answers(network, server, scheme="http", path="/hello.txt"):
    return subprocess.run([*network.within, "curl", "-s", "-k", "-o", os.devnull, "-m", "2", f"{scheme}://{server}{path}"],
                          check=False).returncode == 0


def server(network, command, address, scheme="http"):
    """A server, up once it answers. Use it in a `with`."""
    program = Program(command)
    end = time.monotonic() + 20
    while not answers(network, address, scheme):
        if program.process.poll() is not None or time.monotonic() > end:
            text = program.stop().strip().splitlines()
            program.__exit__()
            raise Unavailable("a server does not come up: " + (text or ["it says nothing"])[-1])
        time.sleep(0.05)
    return program


def options(wall):
    """How an appliance is told its place in the network."""
    return ["--wall", wall, "--tap", TAPS[wall], "--append", f"net.ipv4={GUESTS[wall]}/24 net.ipv6=off"]


def appliance(network, image, wall, *more):
    return server(network, [*network.within, image, *options(wall), *more], GUESTS[wall])


def native(network):
    return server(network, [*network.within, tool("epoll_server"), NATIVE.split(":")[1]], NATIVE)


def native_behind_veth(network, size):
    return server(network, [*network.within_far, tool("epoll_server"), "80", str(size)], FAR)


def nginx_program():
    """Debian's nginx."""
    program, folder = shutil.which("nginx"), os.path.join(SCRATCH, "nginx")
    if not program:
        program = os.path.join(folder, "usr/sbin/nginx")
        if not os.path.exists(program):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            call("sh", "-c", f"cd '{folder}' && apt-get -q download nginx && dpkg-deb -x nginx_*.deb .")
            for package in glob.glob(os.path.join(folder, "*.deb")):
                os.unlink(package)
    return program


def nginx_command(name, settings):
    """Runs it with these settings. @param name of a folder for its files, which the settings get as {folder}"""
    run = os.path.join(SCRATCH, name)
    os.makedirs(run, exist_ok=True)
    path = os.path.join(run, "nginx.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(settings(run))
    return [nginx_program(), "-p", run, "-c", path, "-e", "stderr"]


def nginx(network):
    """With one worker; `return` is the quickest answer that it has."""
    command = nginx_command("nginx-run", lambda folder: NGINX_SETTINGS.format(user="root", folder=folder, address=NGINX))
    return server(network, [*network.within, *command], NGINX)
