# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Packed disks, read by those who import them: qemu-img finds the very disk in each format, and a byte that is wrong; the same
disk gives the same bytes; what can't be read or written is said in a sentence, and leaves nothing. pack_formats.py PACK-FORMATS"""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

pack_formats = os.path.abspath(sys.argv[1])
MIB, GIB = 1 << 20, 1 << 30
OVF = "{http://schemas.dmtf.org/ovf/envelope/1}"
RASD = "{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData}"
# Ours: QEMU's, and whether it has a check of its own for it.
QEMU = {"raw": ("raw", False), "qcow2": ("qcow2", True), "vhd": ("vpc", False), "vhdx": ("vhdx", True), "vmdk": ("vmdk", True)}
OTHERS = ("gce", "ova", "ami")


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout.decode(errors="replace").strip()


def pack(name, raw, to):
    code, said = run(pack_formats, name, raw, to)
    check(code == 0 and not said, f"{raw} as {name}" + (f": {said}" if said else ""))


def content(path):
    with open(path, "rb") as file:
        return file.read()


def make(path, size, places):
    """A sparse file with data at those places."""
    generator = random.Random(size)
    with open(path, "wb") as file:
        file.truncate(size)
        for at, length in places:
            file.seek(at)
            file.write(generator.randbytes(length))


def disks():
    """@return of each raw disk its size"""
    places = {
        "empty": (3 * MIB, []),
        "odd": (37 * MIB + 512, [(0, 512), (65535, 2), (MIB - 1, 70_000), (5 * MIB + 123, 1), (37 * MIB, 512)]),
        "zeros": (4 * MIB, [(MIB, 4096)]),
        "sector": (512, [(511, 1)]),
        "large": (1100 * MIB, [(100, 100), (600 * MIB + 4097, 300_000), (1100 * MIB - 512, 512)]),
    }
    for name, (size, data) in places.items():
        make(name, size, data)
    with open("zeros", "r+b") as file:  # zeros that aren't a hole
        file.seek(2 * MIB)
        file.write(bytes(MIB))
    return {name: size for name, (size, data) in places.items()}


def same(raw, qemu, packed):
    return run("qemu-img", "compare", "-f", "raw", "-F", qemu, raw, packed)


def by_qemu(sizes):
    for name, (qemu, checks) in QEMU.items():
        for raw in sizes:
            packed = f"{raw}.{name}"
            pack(name, raw, packed)
            code, said = same(raw, qemu, packed)
            check(code == 0 and "Images are identical." in said, f"{packed} is the disk: {said}")
            if checks:
                code, said = run("qemu-img", "check", "-f", qemu, packed)
                check(code == 0 and "No errors" in said, f"{packed} is sound: {said.splitlines()[0]}")
            code, said = run("qemu-img", "info", "-f", qemu, "--output=json", packed)
            info = json.loads(said)
            check(code == 0 and 0 <= info["virtual-size"] - sizes[raw] < MIB, f"{packed} has the size: {info['virtual-size']}")
        used = os.stat(f"large.{name}").st_blocks * 512
        check(used < 6 * MIB, f"{name} keeps holes: {used} bytes of 1100 MiB")
        wrong_byte(name, qemu)


def wrong_byte(name, qemu):
    shutil.copyfile("odd", "other")
    with open("other", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))
    code, said = same("other", qemu, f"odd.{name}")
    check(code == 1 and "Content mismatch" in said, f"a byte that differs is seen in {name}: {said}")


def archives(sizes):
    """What Google and VMware unpack: the very disk, or that of a VMDK beside its description."""
    for raw, size in sizes.items():
        pack("gce", raw, f"{raw}.gce")
        code, said = run("tar", "--list", "--verbose", "--numeric-owner", "--utc", "--full-time", "--gzip", "--file", f"{raw}.gce")
        whole = -(-size // GIB) * GIB
        check(code == 0 and said.split() == ["-rw-r--r--", "0/0", str(whole), "1970-01-01", "00:00:00", "disk.raw"], f"{raw}.gce lists: {said}")
        with gzip.open(f"{raw}.gce") as file:
            head = file.read(512)
        check(head[257:265] == b"ustar  \0" and head[156:157] == b"S", f"{raw}.gce is of GNU's old form, with holes")
        code, said = run("tar", "--extract", "--gzip", "--file", f"{raw}.gce")
        check(code == 0 and os.stat("disk.raw").st_size == whole and os.stat("disk.raw").st_blocks * 512 < 8 * MIB, f"{raw}.gce unpacks: {said}")
        code, said = same(raw, "raw", "disk.raw")
        check(code == 0 and "identical" in said, f"{raw}.gce has the disk")
        pack("ova", raw, f"{raw}.ova")
        package(raw, size)
    check(os.stat("large.gce").st_size < 2 * MIB, f"gce keeps holes: {os.stat('large.gce').st_size} bytes of 2 GiB")


def package(raw, size):
    """Names and order of an OVA's files, the digests, the schema's order of elements, and the disk."""
    os.makedirs("ova", exist_ok=True)
    code, said = run("tar", "--extract", "--verbose", "--directory", "ova", "--file", f"{raw}.ova")
    names = ["packed.ovf", "packed.mf", "packed-disk1.vmdk"]
    check(code == 0 and said.splitlines() == names, f"{raw}.ova holds {said.split()}")
    code, said = run("sh", "-c", "cd ova && sed -E 's/SHA256\\((.*)\\)= (.*)/\\2  \\1/' packed.mf | sha256sum --check --strict")
    check(code == 0 and said.splitlines() == ["packed.ovf: OK", "packed-disk1.vmdk: OK"], f"{raw}.ova: its manifest: {said.split()}")
    code, said = same(raw, "vmdk", "ova/packed-disk1.vmdk")
    check(code == 0 and "identical" in said, f"{raw}.ova has the disk")
    root = xml.etree.ElementTree.parse("ova/packed.ovf").getroot()
    file, disk = root.find(f"{OVF}References/{OVF}File").attrib, root.find(f"{OVF}DiskSection/{OVF}Disk").attrib
    check(file[OVF + "href"] == names[2] and int(file[OVF + "size"]) == os.stat("ova/" + names[2]).st_size, f"{raw}.ova refers to its file")
    check(disk[OVF + "fileRef"] == file[OVF + "id"] and 0 <= int(disk[OVF + "capacity"]) - size < 65536, f"{raw}.ova has a disk of {disk[OVF + 'capacity']}")
    items = [{element.tag.removeprefix(RASD): element.text for element in item} for item in root.iter(OVF + "Item")]
    check(all(list(item) == sorted(item) for item in items), "elements of hardware are in the schema's order")
    by_type = {item["ResourceType"]: item for item in items}
    check(by_type["3"]["VirtualQuantity"] == "2" and by_type["4"]["VirtualQuantity"] == "64", "two processors, 64 MiB")
    check(by_type["17"]["Parent"] == by_type["6"]["InstanceID"] and by_type["17"]["HostResource"] == "ovf:/disk/" + disk[OVF + "diskId"]
          and by_type["10"]["Connection"] == root.find(f"{OVF}NetworkSection/{OVF}Network").attrib[OVF + "name"], "disk and network are connected")


AWS = """#!/bin/sh
# Answers as the command of that name does, and remembers what it was asked.
for word; do printf '%s\\0' "$word"; done >> asked
printf '\\n' >> asked
case "$2" in
import-snapshot) echo import-snap-1;;
describe-import-snapshot-tasks) echo snap-2;;
register-image) echo ami-3;;
esac
"""


def amazon():
    """The script asks for what the import needs, in order, with files that hold what they should."""
    pack("ami", "odd", "odd.ami")
    check(content("odd.ami") == content("odd"), "odd.ami is the disk")
    os.mkdir("bin")
    with open("bin/aws", "w", encoding="utf-8") as file:
        file.write(AWS)
    os.chmod("bin/aws", 0o755)
    code, said = run("env", f"PATH={os.getcwd()}/bin:{os.environ['PATH']}", "./odd.ami.sh", "some-bucket")
    check(code == 0 and said == "ami-3", f"the script makes an image: {said}")
    asked = [line.split("\0") for line in content("asked").decode().removesuffix("\0\n").split("\0\n")]
    check([words[:3] for words in asked] == [["s3", "cp", "./odd.ami"], ["ec2", "import-snapshot", "--cli-input-json"], ["ec2", "wait", "snapshot-imported"],
                                             ["ec2", "describe-import-snapshot-tasks", "--import-task-ids"], ["ec2", "register-image", "--cli-input-json"]],
          "five steps: " + ", ".join(words[1] for words in asked))
    imported, registered = json.loads(asked[1][3]), json.loads(asked[4][3])
    bucket = imported["DiskContainer"]["UserBucket"]
    check(imported["DiskContainer"]["Format"] == "RAW" and asked[0][3] == f"s3://{bucket['S3Bucket']}/{bucket['S3Key']}" and bucket["S3Bucket"] == "some-bucket",
          f"what is imported is what was copied: {bucket}")
    check(asked[2][4] == asked[3][3] == "import-snap-1", "the import is waited for")
    mapping, = registered["BlockDeviceMappings"]
    check(mapping["Ebs"]["SnapshotId"] == "snap-2" and mapping["DeviceName"] == registered["RootDeviceName"] and registered["Name"].startswith("packed-"),
          f"the snapshot becomes {registered['Name']}")
    code, said = run("./odd.ami.sh")
    check(code == 2 and said == "usage: ./odd.ami.sh BUCKET", said)


def sealed():
    """What a reader finds wrong must be wrong: a bit in each checksum of the formats."""
    for name, at in (("vhd", -100), ("vhdx", 65536 + 17), ("vhdx", 196608 + 20)):
        broken = bytearray(content(f"odd.{name}"))
        broken[at] ^= 1
        if name == "vhdx":  # of each structure there are two
            broken[at + 65536] ^= 1
        with open("broken.out", "wb") as file:
            file.write(broken)
        code, said = run("qemu-img", "info", "-f", QEMU[name][0], "broken.out")
        check(name == "vhd" and "checksum" in said or code == 1, f"{name}: a wrong bit is seen: {said.splitlines()[0]}")


def repeatable(names):
    """Another file with the same disk, without its holes."""
    shutil.copyfile("odd", "filled")
    with open("odd", "rb") as source, open("filled", "wb") as file:
        file.write(source.read())
    for name in names:
        pack(name, "filled", f"filled.{name}")
        check(content(f"filled.{name}") == content(f"odd.{name}"), f"{name}: the same disk, the same bytes")


def faults(names):
    make("broken", MIB + 100, [])
    make("nothing", 0, [])
    os.mkdir("folder")
    for name in names:
        for raw, to, sentence in (("broken", "out", "broken is no raw disk: its 1048676 bytes are no whole number of sectors of 512."),
                                  ("nothing", "out", "nothing is empty: no disk."),
                                  ("absent", "out", "absent can't be read: No such file or directory."),
                                  ("folder", "out", "folder is no file."),
                                  ("odd", "folder", "folder is there already and no file."),
                                  ("odd", "absent/out", "absent/out can't be written: No such file or directory.")):
            before = sorted(os.listdir())
            code, said = run(pack_formats, name, raw, to)
            check(code == 1 and said == sentence and sorted(os.listdir()) == before, f"{name}: {said}")
        full_disk(name)


def full_disk(name):
    """As many bytes as the process may write stand for a disk that has no more room."""
    with open("kept", "w", encoding="utf-8") as file:
        file.write("before")
    before = sorted(os.listdir())
    code, said = run("prlimit", "--fsize=20000", "env", "--ignore-signal=XFSZ", pack_formats, name, "odd", "kept")
    check(code == 1 and said == "kept can't be written: File too large." and content("kept") == b"before" and sorted(os.listdir()) == before,
          f"{name}, no room: {said}")


def main():
    with tempfile.TemporaryDirectory(prefix="wick-formats-") as scratch:
        os.chdir(scratch)
        sizes = disks()
        by_qemu(sizes)
        archives(sizes)
        amazon()
        sealed()
        repeatable((*QEMU, *OTHERS))
        faults((*QEMU, *OTHERS))
        os.chdir("/")


main()
