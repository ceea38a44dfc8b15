# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/instance-data with ISO images that cloud-localds makes, as a user of a cloud has them: host name, static
address, arguments, environment and files are what the image says; what was given at boot wins; an image that is wrong, or damaged,
is a sentence, and the appliance starts as its manifest says. OpenStack's configuration drive is another such image, for the
image of tests/boot/instance-service. Behind the wall of the image, on QEMU or as a process of its own."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

USER_DATA = """#cloud-config
hostname: shop-7
packages: [vim]
wick:
  arguments: [--level, "3 4"]
  environment: {A: instance, B: instance}
write_files:
- path: /etc/shop/key
  permissions: '0640'
  encoding: b64
  content: c2VjcmV0Cg==
- {path: /etc/motd, content: "of the instance\\n"}
"""
META_DATA = "instance-id: i-7\nlocal-hostname: shop\n"
VERSION_2 = """version: 2
ethernets:
  id0:
    addresses: [10.0.2.77/24]
    gateway4: 10.0.2.2
    nameservers: {addresses: [10.0.2.3]}
"""
VERSION_1 = """version: 1
config:
- type: physical
  name: eth0
  subnets:
  - {type: static, address: 10.0.2.78, netmask: 255.255.255.128, gateway: 10.0.2.2}
"""
META_DATA_JSON = {"uuid": "83679162", "hostname": "drive-7.novalocal", "meta": {"smile": "\U0001F600"}, "random_seed": "A" * 684}
NETWORK_DATA_JSON = {
    "links": [{"id": "tap1", "type": "ovs", "mtu": 1450}],
    "networks": [{"id": "network0", "type": "ipv4", "link": "tap1", "ip_address": "10.0.2.79", "netmask": "255.255.255.0",
                  "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.2.2"}]}],
    "services": [{"type": "dns", "address": "10.0.2.3"}]}
OURS = ("host: shop-7", "argument: --level", "argument: 3 4", "variables: instance instance baked", "/etc/shop/key: 100640 secret",
        "/etc/motd: 100644 of the instance", "en1: 10.0.2.77 255.255.255.0",
        'warning: instance data: user-data, line 3: "packages" means nothing to an appliance')
BAKED = ("host: test-instance-data", "argument: baked", "variables: baked baked baked", "/etc/motd: 100444 of the image",
         "/etc/shop/key: No such file or directory")


def make(scratch, name, user=USER_DATA, meta=META_DATA, network=None):
    """An image as cloud-localds makes it. @return its file"""
    words = []
    for kind, text in (("user", user), ("meta", meta), ("network", network)):
        with open(f"{scratch}/{name}.{kind}", "w", encoding="utf-8") as file:
            file.write(text or "")
    words = [f"--network-config={scratch}/{name}.network"] if network else []
    path = f"{scratch}/{name}.iso"
    subprocess.run(["cloud-localds", *words, path, f"{scratch}/{name}.user", f"{scratch}/{name}.meta"], check=True, capture_output=True)
    return path


def make_drive(scratch, name, **documents):
    """OpenStack's. @return its file"""
    folder = f"{scratch}/{name}/openstack/latest"
    os.makedirs(folder)
    for document, content in documents.items():
        with open(f"{folder}/{document.replace('_json', '.json')}", "w", encoding="utf-8") as file:
            file.write(content)
    path = f"{scratch}/{name}.iso"
    subprocess.run(["genisoimage", "-quiet", "-volid", "config-2", "-joliet", "-rock", "-o", path, f"{scratch}/{name}"], check=True)
    return path


def changed(path, name, change):
    """A copy whose bytes are changed by the function."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    change(content)
    copy = os.path.join(os.path.dirname(path), name + ".iso")
    with open(copy, "wb") as file:
        file.write(content)
    return copy


def run(options, image, disk, *words):
    command = [options.wick, "run", os.path.abspath(image), "--vmm", options.vmm, "--timeout", "60", "--disk", f"seed={disk}", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.returncode, (done.stdout + done.stderr).replace("\r", "").split("\n")


def expect(options, what, disk, lines, *words, absent=(), image=None):
    code, said = run(options, image or options.image, disk, *words)
    missing = [line for line in (*lines, "SUCCESS") if not any(one.endswith(line) for one in said)]
    unwanted = [line for line in absent if line in said]
    good = code == 0 and not missing and not unwanted
    check(good, what + ("" if good else f": exit code {code}, missing {missing}, unwanted {unwanted}:\n" + "\n".join(said)))


def refused(options, scratch, good):
    """Each of these is one sentence, and the manifest's settings count."""
    sectors = 2048

    def sentence(what, disk, text):
        expect(options, what, disk, (*BAKED, f"warning: instance data: {text}"), absent=("argument: --level",))

    sentence("user-data that is a script", make(scratch, "script", user="#!/bin/sh\n"), "user-data, line 1, does not begin with #cloud-config; none of it counts")
    sentence("user-data that is no YAML", make(scratch, "yaml", user=USER_DATA + "a: [\n"), "user-data, line 14, is no YAML; none of it counts")
    sentence("a bridge", make(scratch, "bridge", network="version: 2\nbridges: {}\n"),
             "network-config, line 2, has a key that an appliance's network does not know; none of it counts")
    sentence("an address that is none", make(scratch, "address", network=VERSION_2.replace("77/24", "777/24")),
             "network-config, line 4, has an address that is none; none of it counts")
    sentence("a file in another file system", make(scratch, "tmp", user="#cloud-config\nwrite_files: [{path: /tmp/a}]\n"),
             "a file is to be written outside of the root file system; none of it counts")
    sentence("a descriptor that lies", changed(good, "descriptor", lambda c: c.__setitem__(16 * sectors + 158, 0xff)), "the disk has a descriptor that is damaged; none of it counts")
    with open(good, "rb") as file:
        root = int.from_bytes(file.read()[16 * sectors + 158:][:4], "little") * sectors
    sentence("a directory that lies", changed(good, "directory", lambda c: c.__setitem__(root, 20)), "the disk has a directory that is damaged; none of it counts")
    sentence("an image that was cut", changed(good, "cut", lambda c: c.__delitem__(slice(root, None))), "the disk has a descriptor that is damaged; none of it counts")
    sentence("another label", changed(good, "label", lambda c: c.__setitem__(16 * sectors + 40, ord("x"))), "this machine has no disk with the label cidata")


def drives(options, scratch):
    user = USER_DATA.replace("hostname: shop-7\n", "")
    meta, network = json.dumps(META_DATA_JSON), json.dumps(NETWORK_DATA_JSON, indent=4)
    good = make_drive(scratch, "drive", meta_data_json=meta, user_data=user, network_data_json=network)
    lines = tuple(line for line in OURS if not line.startswith(("host:", "en1:", "warning:")))
    expect(options, "a configuration drive is in force", good, ("host: drive-7", "en1: 10.0.2.79 255.255.255.0", *lines),
           absent=("argument: baked",), image=options.drive_image)
    bad = make_drive(scratch, "bad", meta_data_json=meta, network_data_json=network.replace("10.0.2.79", "10.0.2.779"))
    expect(options, "a configuration drive that is wrong", bad, ("host: test-instance-service", *BAKED[1:],
           "warning: instance data: network_data.json, line 14, has an address that is none; none of it counts"), image=options.drive_image)
    empty = make_drive(scratch, "empty")
    expect(options, "a configuration drive without documents", empty, ("host: test-instance-service", *BAKED[1:],
           "warning: instance data: the disk has none of meta_data.json, user_data and network_data.json; none of it counts"), image=options.drive_image)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--drive-image", required=True, help="one that looks at configuration drives, too")
    parser.add_argument("--vmm", required=True)
    options = parser.parse_args()
    hosted.need(options.vmm)
    with tempfile.TemporaryDirectory(prefix="wick-instance-") as scratch:
        good = make(scratch, "good", network=VERSION_2)
        expect(options, "an image of cloud-localds is in force", good, OURS, absent=("argument: baked",))
        expect(options, "what is given at boot wins", good, ("host: boot", "argument: --level", "variables: instance boot baked", "en1: 10.0.2.77 255.255.255.0"),
               "--env", "B=boot", "--append", "net.hostname=boot")
        expect(options, "version 1", make(scratch, "one", network=VERSION_1), ("host: shop-7", "en1: 10.0.2.78 255.255.255.128"))
        expect(options, "meta-data alone", make(scratch, "meta", user="#cloud-config\n"), ("host: shop", *BAKED[1:]))
        refused(options, scratch, good)
        drives(options, scratch)
    return hosted.finish()


sys.exit(main())
