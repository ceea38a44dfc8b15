# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/instance-data with ISO images that cloud-localds makes, as a user of a cloud has them: host name, static
address, arguments, environment and files are what the image says; what was given at boot wins; an image that is wrong, or damaged,
is a sentence, and the appliance starts as its manifest says. Behind the wall of the image, on QEMU or as a process of its own."""

import argparse
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


def changed(path, name, change):
    """A copy whose bytes are changed by the function."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    change(content)
    copy = os.path.join(os.path.dirname(path), name + ".iso")
    with open(copy, "wb") as file:
        file.write(content)
    return copy


def run(options, disk, *words):
    command = [options.wick, "run", os.path.abspath(options.image), "--vmm", options.vmm, "--timeout", "60", "--disk", f"seed={disk}", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.returncode, (done.stdout + done.stderr).replace("\r", "").split("\n")


def expect(options, what, disk, lines, *words, absent=()):
    code, said = run(options, disk, *words)
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--image", required=True)
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
    return hosted.finish()


sys.exit(main())
