# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The key service: an appliance has ECDSA and RSA keys sign for it, which OpenSSL verifies; neither its core file nor the
memory of the process that it runs in holds a private key, where one that it was given itself is found; secrets that it
derives outlive a crash and are no copy's; keys that can't be used are refused in one sentence."""

import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, memory, seccomp, signatures  # noqa: E402
from support.hosted import check  # noqa: E402

WAIT = ("--arg", "wait")
CALLS = {0, 1, 228, 231}  # read, write, clock_gettime, exit_group
ENOENT, EINVAL = signatures.ENOENT, signatures.EINVAL
openssl = signatures.openssl


def run(image, wall, keys, *options, **more):
    words = [word for name, path in keys.items() for word in ("--key", f"{name}={path}")]
    return hosted.run(hosted.command(image, wall, *words, *options), 60, **more)


def derived(text, label="one"):
    return re.findall(rf"^derived {label} 0 ([0-9a-f]+) for", text, re.M)


def check_signatures(image, wall, folder, what, key):
    said = run(image, wall, {"tls": key})
    signatures.check_all(said.text, folder, f"{wall}, {what}", key)
    check(said.code == 0 and said.text.rstrip().endswith("SUCCESS"), f"{wall}, {what}: and the program ends well")


def check_derived(image, wall, folder, key):
    crashed = run(image, wall, {"tls": key}, "--arg", "crash")
    lives = derived(crashed.text)
    check(len(lives) == 2 and len(set(lives)) == 1, f"{wall}: what is derived outlives a crash")
    check(derived(crashed.text, "two")[0] != lives[0], f"{wall}: another label has another secret")
    check(f"derived one 1 errno={ENOENT}" in crashed.text and f"derived one 2 errno={EINVAL}" in crashed.text, f"{wall}: there was no period before")
    check(derived(run(image, wall, {}).text)[0] != lives[0], f"{wall}: another run has another one, with no key given, too")
    snapshot = os.path.join(folder, "snapshot")
    original = run(image, wall, {"tls": key}, "--arg", "copy", "--snapshot", snapshot)
    copies = [run(image, wall, {"tls": key}, "--arg", "copy", "--restore", snapshot) for _ in range(2)]
    found = [derived(copy.text)[-1] if "checkpoint 1" in copy.text else "" for copy in copies]
    check("checkpoint 0" in original.text and len({derived(original.text)[-1], *found}) == 3, f"{wall}: copies have secrets of their own")


def check_memory(image, wall, folder, key):
    secrets = memory.secrets_of(key)
    core = os.path.join(folder, "core")
    run(image, wall, {"tls": key}, "--arg", "crash", "--core", core)
    with open(core, "rb") as file:
        content = file.read()
    check(len(content) > 1 << 16 and not memory.found(secrets, content), f"{wall}: {len(content) >> 10} KiB of a core file without the key")
    run(image, wall, {"tls": key}, "--arg", "hold", "--arg", secrets["scalar"].hex(), "--arg", "crash", "--core", core)
    with open(core, "rb") as file:
        check(memory.found(secrets, file.read()) == {"scalar"}, f"{wall}: of a program that has it itself it is in there")
    with hosted.Machine(image, wall, "--key", f"tls={key}", *WAIT) as machine:
        machine.wait_for("SUCCESS", 30)
        [keeper] = [child for child in hosted.children(machine.process.pid) if memory.name_of(child) == "wick-keys"]
        check(not memory.found(secrets, memory.of_process(machine.process.pid)), f"{wall}: all memory of the guest's process is without it")
        check("scalar" in memory.found(secrets, memory.of_process(keeper)), f"{wall}: it is in that of the key's")
        calls = seccomp.allowed(seccomp.filters_of(keeper))
        check(set(calls) == CALLS, f"{wall}: which has {len(calls)} system calls")
    check(hosted.gone([keeper]), f"{wall}: which ends with the appliance")


def check_refused(image, wall, folder, key):
    bad = {name: os.path.join(folder, name) for name in ("none", "locked", "edwards", "small", "text", "cut", "k256")}
    openssl("pkcs8", "-topk8", "-in", key, "-passout", "pass:x", "-out", bad["locked"])
    openssl("genpkey", "-algorithm", "ED25519", "-out", bad["edwards"])
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", bad["small"])
    openssl("ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", bad["k256"])
    with open(key, "rb") as file, open(bad["cut"], "wb") as cut, open(bad["text"], "wb") as text:
        cut.write(file.read()[:120])
        text.write(b"not a key\n")
    cases = [(f"tls={path}", words) for path, words in (
        (bad["none"], "can't be read: No such file or directory"), (bad["locked"], "is protected by a password"),
        (bad["edwards"], "of a kind that isn't ECDSA or RSA"), (bad["small"], "fewer than 2048 bits"), (bad["k256"], "of a kind that isn't ECDSA or RSA"),
        (bad["cut"], "has no private key in PEM"), (bad["text"], "has no private key in PEM"), (folder, "can't be read: Is a directory"))]
    cases += [(f"mine={key}", 'knows no key "mine"'), (key, "is no key: write --key NAME=FILE"), ("tls=", "is no key")]
    for option, words in cases:
        said = hosted.run(hosted.command(image, wall, "--key", option))
        line = said.errors.strip()
        check(said.code == hosted.REFUSED and words in line and "\n" not in line and not said.text, f"{wall}: {line}")
    twice = hosted.run(hosted.command(image, wall, "--key", f"tls={key}", "--key", f"tls={key}"))
    check(twice.code == hosted.REFUSED and "is given twice" in twice.errors, f"{wall}: {twice.errors.strip()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    image = parser.parse_args().image
    with tempfile.TemporaryDirectory(prefix="wick-keys-") as folder:
        keys = {name: signatures.make_key(folder, name, *kind) for name, kind in signatures.KINDS.items()}
        for wall in hosted.walls():
            for name, key in keys.items():
                check_signatures(image, wall, folder, name, key)
            check_derived(image, wall, folder, keys["P-256"])
            check_memory(image, wall, folder, keys["P-256"])
            check_refused(image, wall, folder, keys["P-256"])
    hosted.finish()


main()
