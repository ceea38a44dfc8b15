#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""@ARCHITECTURE@-wick-clang and @ARCHITECTURE@-wick-clang++, as foreign build systems call them. Compiles with the options of Wick's own
build. Links a program to one relocatable object, which wick.toml names as application.program, and tries whether an image could
be made of it: so what is missing is said here, and configure scripts find out what is there. `wick sdk` puts this beside
sdk.json, which has the options."""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "..", "sdk.json"), encoding="utf-8") as file:
    SDK = json.load(file)

ONLY_COMPILE = {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--version", "-###", "-dumpmachine", "-dumpversion", "--help"}
CPP_ENDS = (".cc", ".cpp", ".cxx", ".C")
SOURCE_ENDS = (*CPP_ENDS, ".c", ".S", ".s")
# Of dynamic linking and final images: without a meaning here, or Wick's own business.
NO_MEANING = {"-pie", "-no-pie", "-static", "-static-pie", "-rdynamic", "-s", "-pthread", "-static-libgcc", "-static-libstdc++"}
NO_MEANING_LINKER = ("--gc-sections", "-s", "--strip", "-S", "-rpath", "--enable-new-dtags", "-z", "--export-dynamic", "-E", "--icf")


def means_something(argument):
    if argument in NO_MEANING:
        return False
    return not (argument.startswith("-Wl,") and argument.split(",")[1].startswith(NO_MEANING_LINKER))


def try_image(program):
    """The link of an image that has every part of the library OS, thrown away. @return its exit code"""
    with tempfile.TemporaryDirectory(prefix="wick-sdk-") as scratch:
        command = [program if word == "@PROGRAM@" else word for word in SDK["link"]]
        linked = subprocess.run([*command, "-o", os.path.join(scratch, "sdk-trial")], cwd=SDK["folder"], stderr=subprocess.PIPE,
                                text=True, errors="replace")
    if linked.returncode:
        sys.stderr.writelines(line for line in linked.stderr.splitlines(True) if "linker command failed" not in line)
    return linked.returncode


def main():
    arguments = sys.argv[1:]
    plus = os.path.basename(sys.argv[0]).endswith("++")
    cpp = plus or any(argument.endswith(CPP_ENDS) for argument in arguments)
    command = ["clang++-19" if plus else "clang-19", *SDK["cpp" if cpp else "c"], "-isystem" + os.path.join(HERE, "../sysroot/usr/include")]
    inputs = [argument for argument in arguments if not argument.startswith("-")]
    if not inputs or any(argument in ONLY_COMPILE or argument.startswith("-print-") for argument in arguments):
        os.execvp(command[0], [*command, *arguments])
    if "-shared" in arguments:
        sys.exit("@ARCHITECTURE@-wick-clang: there is no dynamic linking in an appliance; build a static library (.a).")
    output = "a.out"
    words = []
    for argument in arguments:
        if words and words[-1] == "-o":
            output = argument
            words.pop()
        elif argument.startswith("-o") and len(argument) > 2:
            output = argument[2:]
        else:
            words.append(argument)
    with tempfile.TemporaryDirectory(prefix="wick-sdk-") as scratch:
        for number, source in enumerate([word for word in words if word.endswith(SOURCE_ENDS)]):
            object_file = os.path.join(scratch, f"{number}.o")
            options = [word for word in words if not word.endswith((*SOURCE_ENDS, ".o", ".a")) and not word.startswith(("-l", "-L", "-Wl,"))]
            compiled = subprocess.run([*command, *options, "-c", source, "-o", object_file])
            if compiled.returncode:
                return compiled.returncode
            words[words.index(source)] = object_file
        linked = subprocess.run([command[0], *SDK["join"], *filter(means_something, words),
                                 "-L" + os.path.join(HERE, "../sysroot/usr/lib"), "-Wno-unused-command-line-argument", "-o", output])
    if linked.returncode:
        return linked.returncode
    code = try_image(os.path.abspath(output))
    if code:
        os.remove(output)
    else:
        os.chmod(output, 0o755)
    return code


sys.exit(main())
