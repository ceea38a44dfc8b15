# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick keygen and wick verify: keys are secret and never overwritten, and what is no key or no signed disk is refused in one
sentence. Which slots are refused is tests/pack/signed.py's. signing.py WICK"""

import os
import resource
import subprocess
import sys
import tempfile

wick = os.path.abspath(sys.argv[1])


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def run(*words, **how):
    return subprocess.run([wick, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **how)


def refused(said, *words, **how):
    before = sorted(os.listdir())
    done = run(*words, **how)
    lines = done.stderr.splitlines()
    check(done.returncode == 1 and not done.stdout and said in lines[0] and len(lines) <= 2 and sorted(os.listdir()) == before,
          f"refused: {' '.join(words)}: {done.stderr.strip() or done.stdout}")


def content(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def write(path, text, mode=0o600):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, mode)


def make():
    os.umask(0)
    check(run("keygen", "one").returncode == 0 and run("keygen", "two").returncode == 0, "two pairs are made")
    check(os.stat("one.key").st_mode & 0o777 == 0o600, "nobody else may read the secret key")
    check(content("one.key") != content("two.key") and content("one.pub") != content("two.pub"), "they differ")
    before = content("one.key"), content("one.pub")
    refused("one.pub is there already.", "keygen", "one")
    os.rename("one.pub", "kept")
    refused("one.key is there already.", "keygen", "one")
    os.rename("kept", "one.pub")
    check((content("one.key"), content("one.pub")) == before, "and are as they were")
    refused("none/one.key can't be written: No such file or directory.", "keygen", "none/one")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # noqa: E731  room for the public key alone
    refused("full.key can't be written", "keygen", "full", preexec_fn=limit)


def keys():
    secret, public = content("one.key"), content("one.pub")
    bad = {"empty": "", "text": "a key\n", "short": secret[:-2], "long": secret + "\n", "digits": secret.replace(secret[-9], "x"),
           "upper": secret[:-66] + secret[-66:].upper().replace("0", "A"), "blank": secret[:-66] + " " * 64 + "\n"}
    for name, text in bad.items():
        write(name, text)
        refused(f"{name} is no secret key of Wick's.", "pack", "image", "--sign", name)
        write(name, text.replace(*(text.splitlines()[0], public.splitlines()[0])) if text else "")
        refused(f"{name} is no public key of Wick's.", "verify", name, "disk")
    refused("one.pub is no secret key of Wick's.", "pack", "image", "--sign", "one.pub")
    refused("one.key is no public key of Wick's.", "verify", "one.key", "disk")
    refused("/dev/zero is no public key of Wick's.", "verify", "/dev/zero", "disk")
    refused(". is no secret key of Wick's.", "pack", "image", "--sign", ".")
    refused("none can't be read: No such file or directory.", "pack", "image", "--sign", "none")
    for mode in (0o640, 0o604, 0o620):
        os.chmod("one.key", mode)
        refused(f"Others may read or write one.key, which is a secret: its mode is {mode:04o}.", "pack", "image", "--sign", "one.key")
    os.chmod("one.key", 0o600)


def disks():
    refused("none can't be read: No such file or directory.", "verify", "one.pub", "none")
    refused("is no raw disk", "verify", "one.pub", "one.pub")
    write("zeros", "\0" * 4096)
    refused("zeros has no GUID partition table.", "verify", "one.pub", "zeros")
    write("sector", "\0" * 512)
    refused("sector has no GUID partition table.", "verify", "one.pub", "sector")


with tempfile.TemporaryDirectory(prefix="wick-signing-") as scratch:
    os.chdir(scratch)
    make()
    keys()
    disks()
