# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/instance-service where a cloud's service has the instance's data, at the address that clouds have
for it: host name, arguments, environment and a file are what the service says, without a wall, behind ring and the walls of
Linux. A service that is wrong, slow or absurd is a sentence, and one that doesn't answer delays the boot by two seconds and
no more. Behind a router it is found through it."""

import argparse
import os
import socket
import subprocess
import time

import guest
import hosted
import metadata_service
from metadata_service import azure, ec2, gce, openstack, text

ADDRESS, HOST = "169.254.169.254", "192.0.2.1"
CLOUDS = {"ec2": ec2, "gce": gce, "azure": azure, "openstack": openstack}
HOSTS = {"ec2": "ec2-7", "gce": "gce-7", "azure": "azure-7", "openstack": "stack-7"}
GIVEN = ("argument: --level", "argument: 3 4", "variables: instance instance baked", "/etc/shop/key: 100640 secret", "SUCCESS")
BAKED = ("host: test-instance-service", "argument: baked", "variables: baked baked baked",
         "/etc/shop/key: No such file or directory", "SUCCESS")
MOST = 2.0  # seconds that all sources together may delay the boot


def listener(address):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, 80))
    server.listen(16)
    return server


def world(host, servers):
    """The host's network, and beyond it the service's. @return the service"""
    def run(line):
        subprocess.run(["ip", *line.split()], check=True, capture_output=True)

    run(f"-n {host} link add out0 type veth peer name in0 netns {servers}")
    run(f"-n {host} addr add {HOST}/24 dev out0")
    run(f"-n {servers} addr add 192.0.2.80/24 dev in0")
    run(f"-n {servers} addr add {ADDRESS}/16 dev in0")
    for name, device in ((host, "out0"), (servers, "in0"), (host, "lo")):
        run(f"-n {name} link set {device} up")
    run(f"-n {host} route add {ADDRESS}/32 dev out0")
    return metadata_service.Service(guest.namespace_sockets(servers, lambda: [listener(ADDRESS)])[0])


def expect(what, command, lines, absent=()):
    """@return seconds that the run took"""
    begin = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    seconds = time.monotonic() - begin
    said = done.stdout.decode("utf-8", "replace").replace("\r", "").split("\n")
    missing = [line for line in lines if not any(one.endswith(line) for one in said)]
    unwanted = [line for line in absent if any(line in one for one in said)]
    good = done.returncode == 0 and not missing and not unwanted
    guest.check(good, what + ("" if good else f": exit code {done.returncode}, missing {missing}, unwanted {unwanted}:\n" + "\n".join(said)))
    return seconds


def clouds(service, command, runner, names=CLOUDS):
    for name in names:
        service.cloud(CLOUDS[name])
        expect(f"{runner}: {name}'s data is in force", command, (f"host: {HOSTS[name]}", *GIVEN), absent=("argument: baked", "none of it counts"))
        if name == "ec2":
            bare = [target for method, target, headers in service.asked if method == "GET" and "x-aws-ec2-metadata-token" not in headers]
            guest.check(not bare and service.asked[0][0] == "PUT", f"{runner}: nothing is asked of ec2 without a token {bare}")


def broken(service, command):
    """Each of these is a sentence, and the manifest's settings count."""
    def only(cloud, target, answer):
        """The cloud's answers but to this one question."""
        return lambda *question: answer if question[1] == target else text(cloud(*question))

    def sentence(what, answer, *lines):
        service.play(answer)
        expect(what, command, (*BAKED, *(f"warning: instance data: {line}" for line in lines)), absent=("argument: --level",))

    def first(what, answer, line):
        """To whatever is asked."""
        sentence(what, lambda *_: answer, f"ec2's service {line}", f"openstack's service {line}")

    first("an answer of another protocol", b"SSH-2.0-OpenSSH_9.2\r\n", "answers with something that is no HTTP/1.1")
    first("a redirection", text((302, {"Location": f"http://{HOST}/"}, "")), "sends elsewhere, where nobody goes")
    first("a service that forbids", text((403, {}, "no")), "forbids the question")
    first("a fault of the server", text((503, {}, "")), "has a fault of its own")
    first("chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "answers in chunks, which are not taken")
    first("no length", b"HTTP/1.1 200 OK\r\n\r\nok", "answers without a length")
    first("an absurd length", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "answers with more than 64 KiB")
    first("a head without an end", b"HTTP/1.1 200 OK\r\n" + 2000 * b"A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n", "answers with a head of more than 4 KiB")
    first("a cut answer", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "ends its answer too early")
    first("no answer", b"", "ends without an answer")
    first("a service that knows nothing", text((404, {}, "")), "knows nothing of such data")
    sentence("a token that would be a header", only(ec2, "/latest/api/token", text((200, {}, "a\r\nX: b"))), "ec2's service gives a token that is none")
    sentence("somebody who isn't gce", lambda *question: text((200, {}, gce(*question)[2])) if "compute" in question[1] else text((404, {}, "")),
             "gce's service answers without the header that tells whose it is")
    sentence("user data that is a script", only(ec2, "/latest/user-data", text((200, {}, "#!/bin/sh\n"))),
             "user-data, line 1, does not begin with #cloud-config; none of it counts")
    sentence("user data that is cut", only(ec2, "/latest/user-data", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n#cloud-config\n"),
             "ec2's service ends its answer too early; none of it counts")
    sentence("a host name that is none", only(ec2, "/latest/meta-data/local-hostname", text((200, {}, "<html>"))),
             "the host name that the cloud gives is none; none of it counts")
    sentence("user data of azure's that is no Base64", only(azure, "/metadata/instance/compute/userData?api-version=2021-01-01&format=text", text((200, {}, "#cloud"))),
             "user-data is no Base64; none of it counts")
    sentence("JSON that is none", lambda *question: text((200, {}, "}")) if "meta_data.json" in question[1] else text((404, {}, "")),
             "meta_data.json, line 1, is no JSON; none of it counts")


def slow(service, command):
    """What a service that says nothing costs, beside one that has no data."""
    service.cloud(lambda *_: (404, {}, ""))
    quick = min(expect("nothing is there", command, BAKED) for _ in range(3))
    for what, pieces in (("silence", [(30, b"")]), ("a byte a second", [(1, b"H")] * 30)):
        service.play(lambda *_, pieces=pieces: pieces)
        took = expect(what, command, (*BAKED, "warning: instance data: ec2's service has not answered in time",
                                      "warning: instance data: gce's service is not asked, as the 2 s are over"))
        guest.check(took - quick < MOST + 0.5, f"{what} delays the boot by no more than {MOST} s: {took - quick:.2f} s")
    # From the first question on nobody else is asked: its answer was ec2's.
    service.play(lambda *question: text(ec2(*question)) if question[0] == "PUT" else [(30, b"")])
    expect("a service that falls silent", command, (*BAKED, "warning: instance data: ec2's service has not answered in time; none of it counts"))


def routes(image):
    """At a tap: through the router where there is one, by ARP on the link where there is none, and not at all."""
    with guest.Namespace("instance-router") as net:
        def run(append):
            with net.machine(image, append=append) as machine:
                machine.wait_for("SUCCESS", 60)
                return machine.console()

        subprocess.run(["ip", "-n", net.name, "addr", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        service = metadata_service.Service(guest.namespace_sockets(net.name, lambda: [listener(ADDRESS)])[0])
        service.cloud(ec2)
        guest.check("host: ec2-7" in run("net.gateway4="), "without a router the service is found on the link")
        net.run("sysctl", "-w", "net.ipv4.conf.all.arp_ignore=1")
        guest.check("host: ec2-7" in run(""), "with a router the service is found behind it, though it answers no ARP")


parser = argparse.ArgumentParser()
parser.add_argument("--wick", required=True)
parser.add_argument("--none", required=True)
parser.add_argument("--ring", required=True)
parser.add_argument("--appliance", required=True)
arguments = parser.parse_args()

with guest.Namespace("instance-host") as host, guest.Namespace("instance-world") as servers:
    service = world(host.name, servers.name)

    def command(image, runner):
        own = [arguments.wick, "run", os.path.abspath(image), "--vmm", "qemu", "--timeout", "60"]
        return host.command(*(own if runner == "qemu" else hosted.command(image, runner)))

    quickest = command(arguments.appliance, "process")
    clouds(service, command(arguments.none, "qemu"), "no wall")
    clouds(service, command(arguments.ring, "qemu"), "ring", ("ec2",))
    for wall in hosted.walls():
        clouds(service, command(arguments.appliance, wall), wall)
    broken(service, quickest)
    slow(service, quickest)
routes(arguments.none)
guest.finish()
