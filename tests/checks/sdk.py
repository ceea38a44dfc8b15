#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A CMake project that knows nothing of Wick is built by the compilers of `wick sdk`, becomes an appliance and runs. CMake finds out
what is there and what isn't as on any system, and a function that isn't there ends the link with a sentence.

    sdk.py [--profile NAME]"""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
PROJECT = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.20)
project(foreign C CXX)
include(CheckFunctionExists)
include(CheckIncludeFile)
check_function_exists(glob HAVE_GLOB)
check_function_exists(inotify_init1 HAVE_INOTIFY)
check_include_file(sys/inotify.h HAVE_INOTIFY_H)
if(NOT HAVE_GLOB OR HAVE_INOTIFY OR HAVE_INOTIFY_H OR NOT UNIX)
  message(FATAL_ERROR "glob: ${HAVE_GLOB}, inotify: ${HAVE_INOTIFY}, its header: ${HAVE_INOTIFY_H}, Unix: ${UNIX}")
endif()
find_package(Threads REQUIRED)
add_library(words STATIC words.c)
add_executable(foreign main.cpp)
target_link_libraries(foreign words Threads::Threads m)
add_executable(lacking EXCLUDE_FROM_ALL lacking.c)
""",
    "words.c": "#include <math.h>\nconst char* word(void) { return \"words\"; }\ndouble root(double x) { return sqrt(x); }\n",
    "main.cpp": """#include <iostream>
#include <stdexcept>
#include <thread>
extern "C" const char* word();
extern "C" double root(double);
int main(int count, char** arguments) {
  std::thread([] { std::cout << "thread " << word() << ' ' << root(16) << std::endl; }).join();
  try {
    throw std::runtime_error(count > 1 ? arguments[1] : "nothing");
  } catch (const std::exception& e) {
    std::cout << "caught " << e.what() << std::endl;
  }
}
""",
    "lacking.c": "int inotify_init1(int);\nint vfork(void);\nint wordexp(const char*, void*, int);\n"
                 "int main(void) { return inotify_init1(0) + vfork() + wordexp(\"*\", 0, 0); }\n",
    "wick.toml": """[appliance]
name = "foreign"

[application]
program = "build/foreign"

[memory]
size = "32M"
""",
}


def run(command, folder, wanted=0):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != wanted:
        sys.exit(f"{' '.join(command)} ends with {done.returncode}, not {wanted}:\n{done.stdout}")
    return done.stdout


def expect(text, *parts):
    for part in parts:
        if part not in text:
            sys.exit(f"\"{part}\" is missing in:\n{text}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", default="cloud")
    profile = parser.parse_args().profile
    wick = os.path.join(ROOT, "wick")
    with tempfile.TemporaryDirectory(prefix="wick-sdk-") as scratch:
        sdk, project = os.path.join(scratch, "sdk"), os.path.join(scratch, "project")
        os.mkdir(project)
        for name, text in PROJECT.items():
            with open(os.path.join(project, name), "w", encoding="utf-8") as file:
                file.write(text)
        expect(run([wick, "sdk", sdk, "--profile", profile], scratch), "toolchain.cmake")
        run(["cmake", "-B", "build", "--toolchain", os.path.join(sdk, "toolchain.cmake"), "-DCMAKE_BUILD_TYPE=Release"], project)
        run(["cmake", "--build", "build"], project)
        expect(run(["cmake", "--build", "build", "--target", "lacking"], project, wanted=2),
               *(f"main asks for {name}, which Wick doesn't have: {reason}" for name, reason in (
                   ("inotify_init1", "nobody else changes files"), ("vfork", "there is one process"), ("wordexp", "there is no shell"))))
        shared = run([os.path.join(sdk, f"bin/{architecture.NAME}-wick-clang"), "-shared", "words.c", "-o", "libwords.so"], project, wanted=1)
        expect(shared, "there is no dynamic linking")
        expect(run([wick, "run", project, "--profile", profile, "--arg", "this"], scratch), "thread words 4", "caught this")
    print("A foreign CMake project runs, and is told what is missing.")


main()
