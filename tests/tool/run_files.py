# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Run files are read as those read them who start images by them, paths with blanks and quotes included. run_files.py PACK-FORMATS"""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile

SCHEMA = "/usr/share/libvirt/schemas/domain.rng"
IMAGE = "/srv/my images/app"
DATA, LOGS = "/var/a & 'b'/data \"1\".img", "/var/50%$x,y.img"


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def text_of(name, image=IMAGE):
    return subprocess.run([sys.argv[1], name, image], check=True, stdout=subprocess.PIPE).stdout.decode()


def xpath(file, path):
    return subprocess.run(["xmllint", "--xpath", f"string({path})", file], check=True, stdout=subprocess.PIPE).stdout.decode().strip()


def libvirt(scratch):
    file = f"{scratch}/domain.xml"
    text = text_of("libvirt")
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    check(subprocess.run(["xmllint", "--noout", "--relaxng", SCHEMA, file], check=False).returncode == 0, "libvirt's schema has the domain")
    check(xpath(file, "/domain/os/kernel") == IMAGE and xpath(file, "//disk[serial='data']/source/@file") == DATA
          and xpath(file, "//disk[serial='logs' and readonly]/source/@file") == LOGS, "libvirt: image and disks")
    with open(file, "w", encoding="utf-8") as out:
        out.write(text.replace("<vcpu>", "<vcpus>").replace("</vcpu>", "</vcpus>"))
    check(subprocess.run(["xmllint", "--noout", "--relaxng", SCHEMA, file], check=False, stderr=subprocess.DEVNULL).returncode != 0, "the schema refuses what it doesn't know")


def qemu(scratch):
    """The shell's own words, told by a command in QEMU's place."""
    file = f"{scratch}/run.sh"
    with open(file, "w", encoding="utf-8") as out:
        out.write(text_of("qemu"))
    with open(f"{scratch}/qemu-system-x86_64", "w", encoding="utf-8") as out:
        out.write("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    words = subprocess.run(["sh", "-c", f"chmod +x {shlex.quote(scratch)}/*; PATH={shlex.quote(scratch)}:$PATH; exec sh {shlex.quote(file)} -name 'a b'"],
                           check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()
    check(words[words.index("-kernel") + 1] == IMAGE and words[-2:] == ["-name", "a b"], "QEMU: the image, and what is added")
    check("user,id=n0,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:127.0.0.1:5000-:5000" in words, "QEMU: ports")
    drives = [words[i + 1] for i, word in enumerate(words) if word == "-drive"]
    check(drives[0].endswith("file=" + DATA) and drives[1].endswith("readonly=on,file=" + LOGS.replace(",", ",,")), f"QEMU: disks {drives}")


def others():
    machine = json.loads(text_of("firecracker"))
    check(machine["boot-source"] == {"kernel_image_path": IMAGE, "boot_args": "pci=off"} and machine["machine-config"] == {"vcpu_count": 1, "mem_size_mib": 64},
          "Firecracker: the machine")
    check([(drive["drive_id"], drive["path_on_host"], drive["is_read_only"]) for drive in machine["drives"]] == [("data", DATA, False), ("logs", LOGS, True)],
          "Firecracker: disks")
    domain = {}
    exec(text_of("xl"), domain)  # of xl.cfg(5), what these files use is Python's syntax as well
    check(domain["type"] == "pvh" and domain["kernel"] == IMAGE and domain["memory"] == 64 and domain["extra"] == "wick.xvda=data wick.xvdb=logs", "xl: the domain")
    check(domain["disk"] == ["format=raw,vdev=xvda,access=rw,target=" + DATA, "format=raw,vdev=xvdb,access=ro,target=" + LOGS], "xl: disks")
    machine = json.loads(text_of("kubevirt", "registry/app:1"))
    spec = machine["spec"]["template"]["spec"]
    names = {volume["name"] for volume in spec["volumes"]}
    check(machine["kind"] == "VirtualMachine" and {disk["name"] for disk in spec["domain"]["devices"]["disks"]} == names == {"boot", "data", "logs"},
          "KubeVirt: each disk has its volume")
    check({network["name"] for network in spec["networks"]} == {interface["name"] for interface in spec["domain"]["devices"]["interfaces"]}, "KubeVirt: the network")
    line = next(line for line in text_of("systemd").splitlines() if line.startswith("ExecStart="))
    words = shlex.split(line.removeprefix("ExecStart=").replace("%%", "%").replace("$$", "$"))
    check(words == [IMAGE, "--memory", "64M", "--publish", "8080:80", "--publish", "5000:5000/udp", "--disk", "data=" + DATA, "--disk", "logs=" + LOGS], f"systemd: {line}")


def systemd(scratch):
    """systemd's own reading of the service, of a program whose name has a blank, and of one that isn't there."""
    program, unit = f"{scratch}/my app", f"{scratch}/app.service"
    shutil.copy(shutil.which("true"), program)
    for image, fine in ((program, True), (program + " 2", False)):
        with open(unit, "w", encoding="utf-8") as out:
            out.write(text_of("systemd", image))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], check=False, capture_output=True, text=True)
        check((done.returncode == 0 and not done.stderr) == fine and (fine or "is not executable" in done.stderr), f"systemd-analyze {'takes' if fine else 'refuses'} {image}")


def main():
    with tempfile.TemporaryDirectory(prefix="wick-run-files-") as scratch:
        libvirt(scratch)
        qemu(scratch)
        systemd(scratch)
    others()


main()
