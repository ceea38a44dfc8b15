# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""hv's key service, on a machine of QEMU's: signatures that OpenSSL verifies, and all of the machine's memory looked through
for the key, as numbers and as text: it is in hv's own pages, which no table of the guest's maps, and nowhere else. A key that
hv can't use is told in one sentence."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, memory, qemu, signatures  # noqa: E402
from support.hosted import check  # noqa: E402

MIB = 24


def block_of(folder, keys, words=()):
    """A configuration block as `wick run --key` makes it."""
    path = os.path.join(folder, "block")
    with open(path, "w", encoding="ascii") as file:
        file.write("env.BEFORE=1\n")
        for name, key in keys.items():
            with open(key, encoding="ascii") as pem:
                file.write(f"key.{name}=" + pem.read().replace("\n", "\\n") + "\n")
        file.write("".join(f"arg={word}\n" for word in words))
    return path


def private_range(debug):
    """From where to where memory is hv's alone."""
    symbols = {}
    for line in subprocess.run(["llvm-nm-19", debug], check=True, capture_output=True, text=True).stdout.splitlines():
        address, _, name = line.split(maxsplit=2) if line[0] != " " else ("0", "", "")
        symbols[name] = int(address, 16)
    return symbols["hv_cpus_start"], symbols["wick_image_end"]


def arguments_of(image, block):
    return qemu.command(image, memory=MIB, extra=["-initrd", block])


def check_signing(image, folder, what, key):
    said = qemu.run(arguments_of(image, block_of(folder, {"tls": key})), 120)
    signatures.check_all(said.text, folder, what, key)
    check(said.code == 0 and "SUCCESS" in said.text, f"{what}: and the program ends well")


def memory_of(image, block, folder):
    """All of a machine's, once its guest has signed."""
    dump = os.path.join(folder, "dump")
    with qemu.Machine(arguments_of(image, block)) as machine:
        check(machine.wait_for("SUCCESS", 60), "the guest has signed, and waits")
        said = machine.ask(f"pmemsave 0 {MIB << 20} \"{dump}\"")
        check(not said.strip(), f"its memory is saved {said.strip()}")
    with open(dump, "rb") as file:
        return file.read()


def check_memory(image, debug, folder, key):
    first, end = private_range(debug)
    secrets = memory.secrets_of(key)
    with open(key, encoding="ascii") as pem:
        text = pem.read()
    secrets["text"] = "".join(text.splitlines()[1:-1]).encode()[8:56]  # of its first line
    content = memory_of(image, block_of(folder, {"tls": key}, ["wait"]), folder)
    others = content[:first] + content[end:]
    check(len(content) == MIB << 20 and others.count(b"env.BEFORE=1") >= 1, f"{len(content) >> 20} MiB of memory, the guest's configuration among it")
    check("scalar" in memory.found(secrets, content[first:end]), f"the key is in the {(end - first) >> 10} KiB that are hv's alone")
    check(not memory.found(secrets, others), f"and nowhere else: {memory.found(secrets, others) or ''}")
    block = block_of(folder, {}, ["wait", text.replace("\n", "\\n")])
    check("text" in memory.found(secrets, memory_of(image, block, folder)), "a guest that is given it in a setting has it")


def check_lives(image, folder, key):
    said = qemu.run(arguments_of(image, block_of(folder, {"tls": key}, ["crash"])), 60)
    lives = re.findall(r"^derived one 0 ([0-9a-f]+) for", said.text, re.M)
    check(len(lives) == 2 and len(set(lives)) == 1, "what is derived outlives a crash")
    other = qemu.run(arguments_of(image, block_of(folder, {})), 60)
    check(re.findall(r"^derived one 0 ([0-9a-f]+) for", other.text, re.M) not in ([], lives[:1]), "another machine has another one")


def check_refused(image, folder):
    bad = os.path.join(folder, "bad.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519", "-out", bad], check=True, capture_output=True)
    said = qemu.run(arguments_of(image, block_of(folder, {"tls": bad})), 60)
    check(said.code == hosted.REFUSED and "the key tls is damaged, or of a kind that isn't ECDSA or RSA" in said.text, "a key that hv can't use")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--debug", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-keys-") as folder:
        keys = {name: signatures.make_key(folder, name, *kind) for name, kind in signatures.KINDS.items()}
        for name, key in keys.items():
            check_signing(options.image, folder, name, key)
        check_memory(options.image, options.debug, folder, keys["P-256"])
        check_lives(options.image, folder, keys["P-256"])
        check_refused(options.image, folder)
    hosted.finish()


main()
