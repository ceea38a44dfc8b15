# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a private key consists of, and where else it might be found: in a file's bytes, or in another process's memory."""

import re
import subprocess


def secrets_of(key):
    """The secret numbers of an ECDSA or RSA key in PEM, by name."""
    text = subprocess.run(["openssl", "pkey", "-in", key, "-noout", "-text"], check=True, capture_output=True, text=True).stdout
    names = {"priv": "scalar", "privateExponent": "exponent", "prime1": "p", "prime2": "q", "exponent1": "dp", "exponent2": "dq", "coefficient": "iq"}
    found = {}
    for name, digits in re.findall(r"^(\w+):\s*\n((?:    .*\n)+)", text, re.M):
        if name in names:
            found[names[name]] = bytes.fromhex(re.sub(r"[\s:]", "", digits)).lstrip(b"\0")
    assert found
    return found


def found(secrets, content):
    """Names of those in there, with either end first, or half of one, as arithmetic may have cut it."""
    def forms(number):
        for whole in (number, number[::-1]):
            yield from (whole[: len(whole) // 2], whole[len(whole) // 2:])
    return {name for name, number in secrets.items() if any(form in content for form in forms(number))}


def name_of(pid):
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        return file.read().strip()


def of_process(pid):
    """All that it may read of its own."""
    content = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            start, end = (int(number, 16) for number in place.split("-"))
            if rights[0] != "r" or "[v" in line:  # the kernel's own
                continue
            memory.seek(start)
            content.append(memory.read(end - start))
    return b"".join(content)
