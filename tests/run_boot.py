# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Boots the image of one folder below tests/boot and judges what it does.

Without anything said it has to print SUCCESS and end with exit code 0. A file expect.txt beside its wick.toml says
otherwise, one statement a line, # starts a comment:
  exit=N                 the exit code
  crash=exception 14     it crashes: the cause line of the crash record (also crash=panic)
  restarts=N             it dies and is restarted N times on the way
  output=TEXT            a line of the console contains TEXT (may be repeated)
  absent=TEXT            no line contains TEXT
  boots=N                it is run N times on the same disks, each as said here
  memory=MIB  append=TEXT  seconds=N        how it is run
  without=CLASS          the machine has no device of that class, though the image drives some (may be repeated)
  machine=microvm|q35    only on this machine; both when the line is repeated
  wall=NAME              also behind this wall (may be repeated)
  disk=SERIAL:MIB        a blank disk (may be repeated); disk=:MIB has no serial
  disk=SERIAL:FILE       a copy of FILE, beside expect.txt
  share=NAME             an empty folder of the host's is shared by that name (may be repeated)
  kept=TEXT              TEXT is on one of the disks afterwards (may be repeated)
  qemu=ARGUMENT          handed to QEMU (may be repeated)
An image behind the wall `hosted` runs itself, with and without KVM: the "machines" hosted and process.
"""

import argparse
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import hosted, qemu  # noqa: E402

REPEATED = {"without", "output", "absent", "disk", "share", "kept", "qemu", "machine", "wall"}
KNOWN = REPEATED | {"exit", "crash", "memory", "append", "seconds", "restarts", "boots"}


def read_expectations(folder):
    said = {key: [] for key in REPEATED}
    path = os.path.join(folder, "expect.txt")
    if os.path.exists(path):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, equals, value = line.partition("=")
            if not equals or key not in KNOWN:
                sys.exit(f"{path}:{number}: there is no statement \"{key}\".")
            if key in REPEATED:
                said[key].append(value)
            else:
                said[key] = value
    if not {"exit", "crash"} & said.keys():
        said["exit"] = "0"
        said["output"] = said["output"] or ["SUCCESS"]
    return said


def make_disk(folder, scratch, number, text):
    serial, _, source = text.partition(":")
    path = os.path.join(scratch, f"disk{number}")
    if source.isdigit():
        with open(path, "wb") as file:
            file.truncate(int(source) << 20)
    else:
        shutil.copyfile(os.path.join(folder, source), path)
    return f"{serial}:{path}"


def judge(said, result):
    """@return what is wrong, a sentence each"""
    wrong = []
    lines = result.text.split("\n")
    if result.timed_out:
        wrong.append("it did not end in time")
    for text in said["output"]:
        if not any(text in line for line in lines):
            wrong.append(f"no line of the console contains \"{text}\"")
    for text in said["absent"]:
        if any(text in line for line in lines):
            wrong.append(f"a line of the console contains \"{text}\"")
    if "crash" in said:
        if f"cause={said['crash']}" not in lines or "[wick] end of crash" not in lines:
            wrong.append(f"there is no crash record with cause={said['crash']}")
    elif sum(line.startswith("cause=") for line in lines) != int(said.get("restarts", 0)):
        wrong.append("it crashed")
    if "exit" in said and not result.timed_out and result.code != int(said["exit"]):
        wrong.append(f"exit code {result.code} ({result.how}) instead of {said['exit']}")
    return wrong


def boot_in_qemu(options, said, disks, scratch):
    """@return the command, and what came of it"""
    devices = qemu.device_arguments(options.machine, set(options.devices.split(",")) - set(said["without"]), disks, scratch=scratch,
                                    bus=options.bus)
    for name in said["share"]:
        folder = os.path.join(scratch, f"share-{name}")
        os.makedirs(folder, exist_ok=True)
        devices += qemu.share_arguments(options.machine, name, folder)
    arguments = qemu.command(options.image, options.machine, said.get("memory", 64), said.get("append", ""),
                             devices + said["qemu"])
    result = qemu.run(arguments, float(said.get("seconds", 30)))
    result.text += qemu.device_console(scratch)
    result.how = f"QEMU's status {result.status}"
    return arguments, result


def boot_on_linux(options, said, disks, _):
    hosted.need(options.machine)
    words = [word for disk in disks for word in ("--disk", disk.replace(":", "=", 1).removeprefix("="))]
    words += ["--memory", said["memory"] + "M"] if "memory" in said else []
    words += ["--append", said["append"]] if "append" in said else []
    arguments = hosted.command(options.image, options.machine, *words)
    result = hosted.run(arguments, float(said.get("seconds", 30)))
    result.how = f"standard error: {result.errors.strip() or 'empty'}"
    return arguments, result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machine", default="microvm", choices=[*qemu.BUS, *hosted.WALLS])
    parser.add_argument("--devices", default="", help="separated by commas")
    parser.add_argument("--bus", default="", help="how names of QEMU's virtio devices end, in the place of what the machine has")
    parser.add_argument("image")
    parser.add_argument("folder")
    options = parser.parse_args()
    said = read_expectations(options.folder)
    if options.machine not in (said["machine"] or [*qemu.BUS, *hosted.WALLS]):
        sys.exit(f"FAILED: expect.txt says another machine than {options.machine}")
    boot = boot_on_linux if options.machine in hosted.WALLS else boot_in_qemu
    with tempfile.TemporaryDirectory(prefix="wick-boot-") as scratch:
        disks = [make_disk(options.folder, scratch, number, disk) for number, disk in enumerate(said["disk"])]
        for number in range(int(said.get("boots", 1))):
            arguments, result = boot(options, said, disks, scratch)
            if wrong := judge(said, result):
                break
            if number + 1 < int(said.get("boots", 1)):
                print(result.text)
        contents = [open(disk.partition(":")[2], "rb").read() for disk in disks] if said["kept"] else []
    wrong += [f"no disk holds \"{text}\"" for text in said["kept"] if not any(text.encode() in disk for disk in contents)]
    print(result.text)
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    if wrong:
        print("command: " + " ".join(arguments))
    return 1 if wrong else 0


sys.exit(main())
