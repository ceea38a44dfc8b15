# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Flips single bits in a running guest from outside, as cosmic rays and bad memory do: registers, code, constants,
data, stack, heap, the pages that it shares with hv. hv must live on, write a valid record for each death, and the guest
must be working again at the end. Code and constants are put right again: a restart doesn't load them anew."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import gdb, qemu  # noqa: E402

USER_CODE = 0x33
GENERAL_REGISTERS = 17  # RAX to R15 and RIP, in the protocol's order; each 8 bytes
CAUSES = {"exception", "panic", "watchdog", "forbidden", "memory"}


def symbols(image):
    text = subprocess.run(["llvm-nm-19", image], check=True, capture_output=True, text=True).stdout
    return {name: int(address, 16) for address, _, name in re.findall(r"^([0-9a-f]+) (\w) (\S+)$", text, re.M)}


def regions(image):
    """@return [(start, end, lasting)]"""
    at = symbols(image)
    return [(at["wick_guest_text_start"], at["wick_text_end"], True),
            (at["wick_guest_rodata_start"], at["wick_rodata_end"], True),
            (at["wick_data_start"], at["wick_stack_guard"], False),
            (at["wick_stack_top"] - 8192, at["wick_stack_top"], False),
            (at["wick_shared_start"], at["wick_read_only_start"], False)]


def flip_register(machine, random_source):
    """@return False when the machine is in hv just now"""
    values = bytearray.fromhex(machine.ask("g"))
    if int.from_bytes(values[GENERAL_REGISTERS * 8 + 4:][:4], "little") != USER_CODE:
        return False
    number, bit = random_source.randrange(GENERAL_REGISTERS), random_source.randrange(64)
    values[number * 8 + bit // 8] ^= 1 << bit % 8
    return machine.ask("G" + values.hex()) == "OK"


def flip_memory(machine, address, bit):
    machine.ask("Qqemu.PhyMemMode:1")
    before = machine.read(address)
    machine.write(address, bytes([before[0] ^ 1 << bit]))
    machine.ask("Qqemu.PhyMemMode:0")


def judge(text):
    """@return what is wrong, a sentence each, and the number of records"""
    records = re.findall(r"^\[wick\] crash\n(.*?)^\[wick\] end of crash", text, re.M | re.S)
    wrong = []
    for number, record in enumerate(records):
        cause = re.search(r"^cause=(\w+)", record, re.M)
        if not cause or cause[1] not in CAUSES or not re.search(r"^frame=0x", record, re.M):
            wrong.append(f"record {number} is not valid: {record[:200]}")
        if f"\nrestarts={number}\n" not in record:
            wrong.append(f"record {number} does not say restarts={number}")
    starts = re.findall(r"^\[wick\] restart (\d+)", text, re.M)
    if starts != [str(number + 1) for number in range(len(records))]:
        wrong.append(f"{len(records)} records, but restarts {starts[-3:]}")
    if "hv itself has faulted" in text:
        wrong.append("hv itself has faulted")
    return wrong, len(records)


def flip(machine, places, random_source):
    """One bit, and a moment to work with it. @return whether it was one of a register"""
    machine.stop()
    undo = None
    in_register = random_source.random() < 0.4 and flip_register(machine, random_source)
    if not in_register:
        start, end, lasting = random_source.choice(places)
        address, bit = random_source.randrange(start, end), random_source.randrange(8)
        flip_memory(machine, address, bit)
        undo = (address, bit) if lasting else None
    machine.go_on()
    time.sleep(0.005)
    if undo:
        machine.stop()
        flip_memory(machine, *undo)
        machine.go_on()
    return in_register


def works_again(guest):
    before = len(guest.console())
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if re.search(r"^alive", guest.console()[before:], re.M):
            return True
        time.sleep(0.1)
    return False


def run_once(options, places, random_source, flips):
    """One machine, until the flips are done or the guest has ended it: a bit may make any call of another, exit() too.
    @return how many flips it took, how many of them in registers, the console, what is wrong"""
    done = in_registers = 0
    with tempfile.TemporaryDirectory(prefix="wick-injection-") as scratch:
        socket = os.path.join(scratch, "gdb")
        arguments = qemu.command(options.image, append=f"wick.wall={options.wall}", memory=16) + [
            "-gdb", f"unix:{socket},server=on,wait=off"]
        with qemu.Machine(arguments) as guest:
            if not guest.wait_for(r"^alive 0", 20):
                sys.exit(f"FAILED: the guest does not start: {guest.console()}")
            machine = gdb.Gdb(socket)
            try:
                while done < flips:
                    done += 1
                    in_registers += flip(machine, places, random_source)
                wrong = [] if works_again(guest) else ["the guest does not work again in the end"]
            except ConnectionError:
                guest.wait_end(10)
                by_guest = re.search(r"^\[wick\] exit \d+\n\Z", guest.console(), re.M)
                wrong = [] if by_guest else ["the machine ended, and not by its guest's exit()"]
            return done, in_registers, guest.console(), wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wall", choices=["ring", "svm"], required=True)
    parser.add_argument("--flips", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("image")
    options = parser.parse_args()
    source = random.Random(options.seed)
    places = regions(options.image + ".debug")
    flips = in_registers = records = machines = 0
    wrong = []
    while flips < options.flips and not wrong:
        done, of_registers, text, wrong = run_once(options, places, source, options.flips - flips)
        sentences, deaths = judge(text)
        wrong += sentences
        flips, in_registers = flips + done, in_registers + of_registers
        records, machines = records + deaths, machines + 1
    if records == 0:
        wrong.append("no flip had any effect: nothing was tested")
    for sentence in wrong[:10]:
        print(f"FAILED: {sentence}")
    print(f"{options.wall}: {flips} flips, {in_registers} of them in registers, {records} deaths and restarts, "
          f"{machines - 1} machines ended by their guest")
    return 1 if wrong else 0


sys.exit(main())
