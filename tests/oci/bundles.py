# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Bundles and command lines that wick-runtime can't or mustn't use: each is refused in one sentence, in the engine's log as well, and
nothing of it is left. bundles.py --runtime WICK-RUNTIME APPLIANCE"""

import argparse
import copy
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import appliance_file  # noqa: E402
from support.hosted import check, finish  # noqa: E402

BINARY = "com.urunc.unikernel.binary"
WHOLE = {"ociVersion": "1.0.2", "process": {"args": ["/http.appliance"], "env": ["A=b"], "cwd": "/"}, "root": {"path": "rootfs"},
         "hostname": "pod", "linux": {"namespaces": [{"type": "pid"}]}}


def without(*keys):
    config = copy.deepcopy(WHOLE)
    at = config
    for key in keys[:-1]:
        at = at[key]
    del at[keys[-1]]
    return config


def having(value, *keys):
    config = copy.deepcopy(WHOLE)
    at = config
    for key in keys[:-1]:
        at = at.setdefault(key, {})
    at[keys[-1]] = value
    return config


def noted(binary):
    """The process names no appliance, an annotation does."""
    return having(["serve"], "process", "args") | {"annotations": {BINARY: binary}}


# What is in config.json, and what is said of it.
CONFIGS = [
    ("no JSON", "{", "is no JSON"),
    ("a list", [], "is no object of JSON"),
    ("too deep", '{"a":' * 100_000 + "1" + "}" * 100_000, "more than 64 deep"),
    ("many keys", "{" + ",".join(f'"k{i}":0' for i in range(350_000)) + "}", "of no version 1"),
    ("too long", " " * (5 << 20), "more than 4194304 aren't read"),
    ("no version", without("ociVersion"), "of no version 1"),
    ("another version", having("2.0.0", "ociVersion"), "of no version 1"),
    ("no process", without("process"), "has no process.args"),
    ("no arguments", having([], "process", "args"), "has no process.args"),
    ("arguments that are no list", having({"0": "/http.appliance"}, "process", "args"), "process.args is no list of texts"),
    ("arguments that are no texts", having(["/http.appliance", 5], "process", "args"), "process.args is no list of texts"),
    ("a zero in an argument", having(["/http.appliance\0"], "process", "args"), "process.args is no list of texts"),
    ("another system", without("linux"), "is for another system than Linux"),
    ("no root", without("root"), "has no root.path"),
    ("a root outside", having("../../..", "root", "path"), "root.path steps out of the bundle"),
    ("a root that isn't there", having("none", "root", "path"), "can't be opened"),
    ("annotations that are no object", having("x", "annotations"), "\"annotations\" is no object"),
    ("an annotation that is no text", having({BINARY: 5}, "annotations"), "is no text"),
    ("a huge annotation", having({"x": "y" * (1 << 20)}, "annotations"), "more than 262144 aren't taken"),
    ("no appliance", having(["/shell"], "process", "args"), "/shell is no appliance"),
    ("a program that isn't there", having(["/none"], "process", "args"), "/none can't be read"),
    ("a program by its name alone", having(["http.appliance"], "process", "args"), "doesn't begin with a slash"),
    ("a program behind a way back", having(["/../http.appliance"], "process", "args"), "or steps back"),
    ("a damaged appliance", having(["/damaged"], "process", "args"), "/damaged is no appliance that runs itself on Linux, or is damaged"),
    ("an appliance of millions of notes", having(["/notes"], "process", "args"), "/notes is no appliance"),
    ("a pipe", having(["/pipe"], "process", "args"), "/pipe is no file"),
    ("a name of two lines", having(["/a\nb"], "process", "args"), "/a?b can't be read"),
    ("a folder", having(["/"], "process", "args"), "/ is no file"),
    ("a link out of the root file system", having(["/out"], "process", "args"), "/out can't be read"),
    ("an annotation that leads out", noted("/../outside.appliance"), "or steps back"),
    ("an annotation by a link", noted("/out"), "/out can't be read"),
    ("an annotation that is no path", noted("--wall=process"), "doesn't begin with a slash"),
    ("an argument of two lines", having(["serve", "a\nenv.A=b"], "process", "args") | {"annotations": {BINARY: "/http.appliance"}}, "isn't on one line"),
    ("a long annotation", noted("/" + "x" * 5000), "is no path"),
    ("a variable without a value", having(["A"], "process", "env"), "The environment variable A has no name and value"),
    ("a variable without a name", having(["=b"], "process", "env"), "has no name and value"),
    ("a variable of two lines", having(["A=b\nnet.ipv4=1.2.3.4/8"], "process", "env"), "has no name and value on one line"),
    ("too many variables", having([f"A{i}=b" for i in range(200)], "process", "env"), "an appliance takes 128 with 8192"),
    ("a name with blanks", having("pod net.ipv4=1.2.3.4/8", "hostname"), "is no host's name"),
    ("too little memory", having(1 << 20, "linux", "resources", "memory", "limit"), "memory is limited to 1048576 bytes"),
]
LINES = [
    ([], "A command is missing"),
    (["--frob", "create", "x"], "There is no option --frob"),
    (["--root"], "--root wants a value"),
    (["frob"], "There is no command frob"),
    (["exec"], "A name is wanted"),
    (["exec", "none", "metrics"], "There is no container none"),
    (["exec", "--privileged", "none", "metrics"], "There is no option --privileged"),
    (["exec", "--process"], "--process wants a value"),
    (["create", "--preserve-fds", "many", "x"], "many is no number of open files"),
    (["create"], "One name is wanted"),
    (["create", "a", "b"], "One name is wanted"),
    (["create", "--config", "/etc/passwd", "x"], "There is no option --config"),
    (["create", "--bundle", "/none", "x"], "The bundle /none isn't there"),
    (["state", "none"], "There is no container none"),
    (["start", "none"], "There is no container none"),
    (["kill", "none", "TERM"], "There is no container none"),
    (["delete", "none"], "There is no container none"),
    (["ps", "--format", "json", "none", "-ef"], "There is no container none"),
    (["update", "--pids-limit", "5", "none"], "There is no container none"),
    (["update", "--frob", "5", "none"], "There is no option --frob"),
    (["update", "none", "--pids-limit", "5"], "One name is wanted"),
    (["pause", "--all", "none"], "There is no option --all"),
    (["list", "--frob"], "There is no option --frob"),
    (["list", "-f", "xml"], "A list is a table or json, not xml"),
    (["list", "none"], "There is no option none"),
] + [(["create", name], "A container's name is") for name in ("..", "../x", "a/b", "", "a b", "x" * 256)] + [(["create", "-x"], "There is no option -x")]


class Runtime:
    def __init__(self, program, scratch):
        self.program, self.root, self.log = program, os.path.join(scratch, "state"), os.path.join(scratch, "log")

    def refuses(self, what, words, said, bundle="/", own=()):
        """In one line, which is the log's last one as well."""
        open(self.log, "w", encoding="utf-8").close()
        front = [self.program, "--root", self.root, "--log", self.log, "--log-format", "json"] if words and not words[0].startswith("-") else [self.program]
        done = subprocess.run([*front, *words], cwd=bundle, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        lines = done.stderr.splitlines()
        logged = open(self.log, encoding="utf-8").read().splitlines()
        fine = done.returncode == 1 and len(lines) == 1 and lines[0].startswith("wick-runtime: ") and said in lines[0] and not done.stdout
        fine = fine and (len(front) == 1 or (len(logged) == 1 and json.loads(logged[0])["level"] == "error" and said in json.loads(logged[0])["msg"]))
        if not check(fine and not os.path.exists(os.path.join(self.root, "bundles")), f"{what}: {said}"):
            print(done.returncode, done.stderr[:500], logged)


def make_rootfs(folder, appliance):
    os.mkdir(folder)
    shutil.copy(appliance, f"{folder}/http.appliance")
    shutil.copy(appliance, f"{folder}/../outside.appliance")
    os.symlink(os.path.abspath(f"{folder}/../outside.appliance"), f"{folder}/out")
    os.mkfifo(f"{folder}/pipe")
    with open(appliance, "rb") as file:
        content = bytearray(file.read())
    content[-100] ^= 1
    with open(f"{folder}/damaged", "wb") as file:
        file.write(content)
    # Each of its program headers is a segment of the same notes.
    whole, note = appliance_file.Appliance(appliance), struct.pack("<III8s", 5, 4, 1, b"Wack") + bytes(4)
    header = bytearray(whole.guest[:64])
    struct.pack_into("<QQ", header, 32, 64, 0)
    struct.pack_into("<HHHHH", header, 54, 56, 60_000, 64, 0, 0)
    notes = 64 + 56 * 60_000
    segments = struct.pack("<IIQQQQQQ", 4, 4, notes, 0, 0, len(note) * 4096, 0, 4) * 60_000
    whole.write(f"{folder}/notes", bytes(header) + segments + note * 4096)
    with open(f"{folder}/shell", "wb") as file:
        file.write(b"#!/bin/sh\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runtime", required=True)
    parser.add_argument("appliance")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-bundles-") as scratch:
        runtime = Runtime(os.path.abspath(options.runtime), scratch)
        for words, said in LINES:
            runtime.refuses(" ".join(words)[:40], words, said)
        bundle = os.path.join(scratch, "bundle")
        os.mkdir(bundle)
        make_rootfs(f"{bundle}/rootfs", options.appliance)
        create = ["create", "--bundle", bundle, "x"]
        runtime.refuses("no config.json", create, "config.json can't be read: No such file")
        os.mkfifo(f"{bundle}/config.json")
        runtime.refuses("a pipe for config.json", create, "config.json is no file")
        os.remove(f"{bundle}/config.json")

        def write(path, content):
            with open(path, "w", encoding="utf-8") as file:
                file.write(content if isinstance(content, str) else json.dumps(content))

        for what, content, said in CONFIGS:
            write(f"{bundle}/config.json", content)
            runtime.refuses(what, create, said)
        write(f"{bundle}/config.json", having(["serve"], "process", "args"))
        for content, said in (("[", "urunc.json is no JSON"), ({BINARY: "/http.appliance"}, "is not in base64"), ({BINARY: "Li4veA=="}, "doesn't begin with a slash"),
                              ({BINARY: ["a"]}, "doesn't begin with a slash"), (" " * (65 << 10), "doesn't begin with a slash")):
            write(f"{bundle}/rootfs/urunc.json", content)
            runtime.refuses("urunc.json " + str(content)[:30].strip(), create, said)
    finish()


main()
