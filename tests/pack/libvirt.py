# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""libvirt starts an image by the domain that `wick pack --run-file libvirt` writes: a daemon of its own, in namespaces of its own, with a
network by the name that the domain asks for. It says what QEMU does without KVM, which these machines haven't got for whole guests; nothing else of the
domain is changed. libvirt.py --wick WICK IMAGE"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import containers, own_machine  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import parse  # noqa: E402

WITHOUT_KVM = (("<domain type='kvm'>", "<domain type='qemu'>"), ("<cpu mode='host-passthrough'/>", "<cpu mode='maximum'/>"))
NETWORK = """<network><name>default</name><bridge name='virbr0'/>
<ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.9'/></dhcp></ip></network>"""
SETTINGS = 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\ncgroup_controllers = []\nnamespaces = []\nremember_owner = 0\nstdio_handler = "file"\n'
OWN_FOLDERS = ("/run", "/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt", "/etc/libvirt")


def virsh(*words):
    return containers.call("virsh", "--connect", "qemu:///system", *words)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def settings():
    """The users are those that Debian's libvirt-daemon-system would make."""
    own_machine.add_lines("/etc/passwd", "libvirt-qemu:x:64055:0::/:/bin/false\nlibvirt-dnsmasq:x:64056:0::/:/bin/false\n")
    own_machine.add_lines("/etc/group", "libvirt-qemu:x:64055:\nlibvirt:x:64057:\n")
    write("/etc/libvirt/qemu.conf", SETTINGS)
    write("/etc/libvirt/libvirtd.conf", 'auth_unix_rw = "none"\nunix_sock_group = "root"\n')


def address():
    """That libvirt's DHCP server has given to the domain."""
    for line in virsh("net-dhcp-leases", "default").stdout.splitlines():
        if "ipv4" in line and line.split()[-2] == "http":
            return line.split()[4].partition("/")[0]
    return None


def served(wick, image):
    done = subprocess.run([wick, "pack", image, "--run-file", "libvirt", "-o", "domain.xml"], check=False)
    with open("domain.xml", encoding="utf-8") as file:
        text = file.read()
    check(done.returncode == 0 and all(text.count(before) == 1 for before, _ in WITHOUT_KVM), "the domain is KVM's")
    for before, after in WITHOUT_KVM:
        text = text.replace(before, after)
    write("domain.xml", text)
    write("network.xml", NETWORK)
    check(containers.wait_until(lambda: virsh("net-create", "network.xml").returncode == 0), "libvirt has a network")
    done = virsh("create", "domain.xml")
    if not check(done.returncode == 0 and virsh("list", "--name").stdout.split() == ["http"], "virsh creates the domain"):
        print(done.stderr)
        return
    where = containers.wait_until(address, 60)
    check(where and "<h1>It works</h1>" in containers.call("curl", "-s", "-m", "20", f"http://{where}/").stdout, f"its page is at the address of libvirt's network: {where}")
    check(virsh("shutdown", "http").returncode == 0 and containers.wait_until(lambda: virsh("list", "--all", "--name").stdout.split() == []), "virsh shutdown ends it in order")


def main():
    options = parse()
    containers.need_root()
    own_machine.enter(__file__, ["--wick", options.wick, options.image], OWN_FOLDERS)
    settings()
    with tempfile.TemporaryDirectory(prefix="wick-libvirt-") as scratch:
        os.chdir(scratch)
        with own_machine.daemon(shutil.which("libvirtd")):
            served(options.wick, options.image)
        os.chdir("/")
    finish()


main()
