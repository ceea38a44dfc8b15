# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Disks with two slots, updated and started: what is found good stays, what isn't or can't be started gives way to the slot of before, and
what the key hasn't signed goes nowhere. slots.py --wick WICK --firmware bios|uefi|uefi-only IMAGE
"uefi-only": what UEFI's own stage does of it; the rest is the same code under both, and each of its starts takes seconds."""

import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import HEADER, parse, partition, slot_of, start  # noqa: E402

UPDATE_AT = 3 << 20  # in the volume, as tests/guest/slots/main.c has it
OPTIONS = parse("bios", "uefi", "uefi-only")
UEFI = OPTIONS.firmware != "bios"
TRIED = "on trial, 2 starts left", "on trial, 1 start left", "never found good"


def words(*arguments):
    return ["--append", f"wick.exit_port={qemu.EXIT_PORT}", *(word for each in arguments for word in ("--arg", each))]


def wick(*line):
    done = subprocess.run([OPTIONS.wick, *line], capture_output=True, text=True, timeout=120)
    return done.stderr if done.returncode else ""


def update(*arguments, disk="disk", image=None, options=(), append=""):
    """@return what was wrong"""
    line = words(*arguments)
    line[1] += append
    return wick("update", "--image", image or OPTIONS.image, disk, *options, *line)


def starts(who, about, says="", disk="disk", read_only=False):
    text = start(disk, qemu.uefi_arguments(".") if UEFI else [], "160" if UEFI else "64", read_only=read_only)
    if not check(f"slots: this is {who}\n" in text and says in text, f"{OPTIONS.firmware}: {about}"):
        print(text)
    return text


def is_said_to_be(slot, state, about):
    status = subprocess.run([OPTIONS.wick, "update", "--status", "disk"], capture_output=True, text=True).stdout
    if not check(re.search(f"^{slot} +{state} ", status, re.M), f"{about} is {state}"):
        print(status)


def patch(name, change):
    with open(name, "rb") as file:
        content = bytearray(file.read())
    change(content)
    with open(name, "wb") as file:
        file.write(content)


def flip(at):
    def change(content):
        content[at(content)] ^= 1
    return change


def unsigned():
    check(wick("pack", OPTIONS.image, "--slots", "2", "-o", "disk", *words("one", "3")) == "", "a disk with two slots")
    starts("one", "what was packed starts", "slots: acknowledged 2\n")
    check(update("two", "good", "2") == "", "an update")
    starts("two", "the update starts and is found good", "slots: found good\nslots: holds 3\n")
    for _ in range(1 if UEFI else 4):
        starts("two", "and stays", "slots: found good\n")
    check(update("three", "crash") == "", "an update that crashes")
    for number in range(3):
        starts("three", f"the update is tried, {number + 1}")
        is_said_to_be("wick-a", TRIED[number], "and")
    starts("two", "then the slot of before is started", "wick: slot A was started three times and never found good.\n")
    check(update("five", "good") == "", "another update")
    starts("two", "a disk that can't be written starts what is known to be good",
           "wick: slot A can't be started: the disk does not take the count of its starts.\n", read_only=True)
    starts("five", "and the update once it can", "slots: found good\n")


def damaged():
    """On that disk, where "five" is in slot A and was found good."""
    check(update("four") == "", "another update")
    patch("disk", flip(lambda disk: slot_of(disk, 3) + HEADER + 100_000))
    starts("five", "an update that was damaged gives way", "wick: slot B can't be started: its payload does not have its checksum.\n")
    patch("disk", lambda disk: disk.__setitem__(slice(*partition(disk, "wick-state")), bytes(16 * 512)))
    starts("five", "without a record the first slot starts, and one that is found good has a new one",
           "wick: the record of the slots is damaged: the first one that is whole is started.\n")
    if "damaged" in starts("five", "which counts"):
        check(False, "the record is whole")


def after_a_time():
    wick("pack", OPTIONS.image, "--slots", "2", "-o", "disk", *words("one"))
    for milliseconds, state in ((60_000, "on trial, 2 starts left"), (500, "good")):
        check(update("two", "nap", append=f" slot.good_after={milliseconds}") == "", "an update that finds itself good after a time")
        starts("two", "which starts", "slots: done\n")
        is_said_to_be("wick-b", state, f"when it ends after two seconds of {milliseconds} ms it")


def older(name):
    """The image as it would be with a lower slots.release."""
    with open(OPTIONS.image, "rb") as file:
        content = file.read()
    assert content.count(b"slots_release=7\n") == 1
    with open(name, "wb") as file:
        file.write(content.replace(b"slots_release=7\n", b"slots_release=5\n"))


def signed():
    for name in ("mine", "theirs"):
        wick("keygen", name)
    older("older")
    mine, theirs = ("--sign", "mine.key"), ("--sign", "theirs.key")
    check(wick("pack", OPTIONS.image, "--slots", "2", "-o", "disk", *mine, *words("one", "good")) == "", "a signed disk with two slots")
    before = open("disk", "rb").read()
    for about, said in ((update("two"), "it is not signed."), (update("two", options=theirs), "it is signed by another key."),
                        (update("two", image="older", options=mine), "it is older than what has been found good here.")):
        check(said in about, f"the tool refuses an update: {said}")
    check(open("disk", "rb").read() == before, "and has written nothing")
    check(update("two", "good", options=mine) == "", "a signed update")
    starts("two", "a signed update starts", "slots: found good\n")
    patch("disk", flip(lambda disk: slot_of(disk, 3) + HEADER + 100_000))
    starts("one", "the other signed slot starts in the place of a damaged one", "wick: slot B can't be started: ")
    wick("pack", "older", "--slots", "2", "-o", "old", *mine, *words("old"))
    old = open("old", "rb").read()
    at, length = slot_of(old), HEADER + struct.unpack_from("<Q", old, slot_of(old) + 16)[0]
    patch("disk", lambda disk: disk.__setitem__(slice(slot_of(disk), slot_of(disk) + length), old[at:at + length]))
    text = start("disk", qemu.uefi_arguments(".") if UEFI else [], "160" if UEFI else "64", 20 if not UEFI else 60)
    if not check("wick: slot A can't be started: it is older than what has been found good here." in text and "slots: this is" not in text,
                 f"{OPTIONS.firmware}: an older slot is refused whose signature is right"):
        print(text)


def put_slot(disk):
    """The file that the appliance will write into its idle slot."""
    slot = open("slot", "rb").read()
    at = partition(disk, "data")[0] + UPDATE_AT
    content = struct.pack("<Q", len(slot)) + slot
    disk[at:at + len(content)] = content


def lost():
    """A good slot that can't be started any more is the idle one."""
    wick("pack", OPTIONS.image, "--slots", "2", "-o", "disk", *words("one", "good", "update"))
    wick("update", "--image", OPTIONS.image, "--slot-file", "slot", *words("two", "good"))
    patch("disk", put_slot)
    for about in ("an update from within", "another one in the place of one that was found good and then damaged"):
        starts("one", f"{about} is written", "slots: updated\n")
        starts("two", f"{about} starts", "slots: found good\n")
        patch("disk", flip(lambda disk: slot_of(disk, 3) + HEADER + 100_000))


def from_within():
    key, other = ("--sign", "mine.key"), ("--sign", "theirs.key")
    for about, disk_key, slot_key, who, said in (("an unsigned disk", (), (), "two", "slots: updated\n"), ("a signed disk", key, key, "two", "slots: updated\n"),
                                                 ("unsigned on a signed disk", key, (), "one", "slots: the update can't go into the slot: it is not signed."),
                                                 ("signed by another key", key, other, "one", "slots: the update can't go into the slot: it is signed by another key.")):
        wick("pack", OPTIONS.image, "--slots", "2", "-o", "disk", *disk_key, *words("one", "update"))
        check(wick("update", "--image", OPTIONS.image, "--slot-file", "slot", *slot_key, *words("two", "good")) == "", f"{about}: a slot file")
        patch("disk", put_slot)
        starts("one", f"{about}: the application writes it", said)
        starts(who, f"{about}: then {who} starts")


def main():
    with tempfile.TemporaryDirectory(prefix="wick-slots-") as scratch:
        os.chdir(scratch)
        unsigned()
        if OPTIONS.firmware != "uefi-only":
            damaged()
            signed()
        if not UEFI:  # of the firmware it knows nothing
            from_within()
            lost()
            after_a_time()
    finish()


main()
