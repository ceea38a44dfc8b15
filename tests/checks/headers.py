#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Each header of POSIX.1-2024 that Wick has, and those of Linux that ports ask for, compiles alone in C and in C++, twice in
one file, and leaves NULL defined for who includes <stddef.h> first. Those that Wick hasn't are listed: one that is gone, or has
come, is a fault of this list.

    headers.py BUILD-FOLDER"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

THERE = """arpa/inet.h assert.h complex.h cpio.h ctype.h dirent.h devctl.h dlfcn.h endian.h errno.h fcntl.h fenv.h float.h fnmatch.h ftw.h glob.h
grp.h iconv.h ifaddrs.h inttypes.h iso646.h langinfo.h libgen.h limits.h locale.h math.h ndbm.h net/if.h netdb.h netinet/in.h netinet/tcp.h poll.h pthread.h
pwd.h regex.h sched.h search.h semaphore.h setjmp.h signal.h spawn.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h
stdio.h stdlib.h stdnoreturn.h string.h strings.h sys/mman.h sys/resource.h sys/select.h sys/socket.h sys/stat.h
sys/statvfs.h sys/time.h sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h syslog.h tar.h termios.h tgmath.h
threads.h time.h uchar.h unistd.h utime.h wchar.h wctype.h wordexp.h alloca.h byteswap.h err.h getopt.h malloc.h memory.h
paths.h stdio_ext.h sys/epoll.h sys/eventfd.h sys/file.h sys/ioctl.h sys/param.h sys/sendfile.h sys/signalfd.h sys/syslog.h sys/timerfd.h sysexits.h""".split()
ABSENT = """aio.h fmtmsg.h libintl.h monetary.h mqueue.h nl_types.h sys/ipc.h sys/msg.h sys/sem.h
sys/shm.h utmpx.h""".split()
# For C alone: C++ has taken their names for its own.
C_ALONE = {"stdatomic.h", "tgmath.h", "complex.h", "stdnoreturn.h"}


def options(folder):
    """Those of some application's source in C, and in C++ what comes in front of them."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for entry in commands:
        if re.search(r"-source\.a\.p/.*\.c\.o$", entry["output"]):
            words = shlex.split(entry["command"])
            break
    else:
        sys.exit(f"{folder} has no application in C.")
    kept = []
    at = 1
    while at < len(words):
        if words[at] in ("-MQ", "-MF", "-o", "-c"):
            at += 2
            continue
        if words[at] != "-MD" and not words[at].startswith(("-std=", "-W", "-flto")):
            kept.append(words[at])
        at += 1
    return kept


def compiles(folder, kept, header, cpp):
    text = f"#include <stddef.h>\n#include <{header}>\nvoid* nothing = NULL;\n"
    alone = f"#include <{header}>\n#include <{header}>\n"
    plus = [f"-isystem{path}" for path in library(folder)] + ["-nostdinc++", "-std=c++23"] if cpp else ["-std=c17"]
    for source in (alone, text):
        done = subprocess.run(["clang++-19" if cpp else "clang-19", *plus, *kept, "-fsyntax-only", "-Wall", "-Werror", "-x",
                               "c++" if cpp else "c", "-"], cwd=folder, input=source, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            return done.stderr
    return ""


def library(folder):
    runtimes = "subprojects/llvm-runtimes-19.1.7"
    return [os.path.join(folder, runtimes), os.path.join(folder, "../..", runtimes, "libcxx/include")]


def main():
    folder = os.path.realpath(sys.argv[1])
    kept = options(folder)
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        asked = {(header, cpp): pool.submit(compiles, folder, kept, header, cpp)
                 for header in THERE for cpp in (False, True) if not (cpp and header in C_ALONE)}
        asked |= {(header, None): pool.submit(compiles, folder, kept, header, False) for header in ABSENT}
        for (header, cpp), answer in asked.items():
            said = answer.result()
            if cpp is None and f"'{header}' file not found" not in said:
                print(f"FAILED: <{header}> is there now, or fails otherwise:\n{said}")
                faults += 1
            elif cpp is not None and said:
                print(f"FAILED: <{header}> in {'C++' if cpp else 'C'}:\n{said}")
                faults += 1
    print(f"{len(THERE)} headers compile alone, {len(ABSENT)} aren't there: {faults} faults")
    return 1 if faults else 0


sys.exit(main())
