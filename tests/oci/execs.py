# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`exec` in a container of an appliance, which has no program but itself: what it answers to podman, and to who calls the runtime."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check  # noqa: E402


def answered(podman):
    """podman exec: what the appliance says to a word, and to any other one."""
    for words, said in ((["metrics"], "\nwick_guest_seconds "), (["threads"], 'thread "main" '), (["crash"], "first life"), (["help"], "  threads ")):
        done = podman("exec", "web", *words)
        if not check(done.returncode == 0 and said in done.stdout and done.stderr == "", f"podman exec web {words[0]} is answered"):
            print(done.returncode, done.stdout, done.stderr)
    for words in (["sh"], ["metrics", "--all"], ["/bin/metrics"]):
        done = podman("exec", "web", *words)
        check(done.returncode == 127 and f"There is no program {' '.join(words)}: an appliance answers metrics, threads, crash and help" in done.stderr and done.stdout == "",
              f"podman exec web {' '.join(words)} is none: {done.returncode} {done.stderr.strip()}")
    done = podman("exec", "--tty", "web", "metrics", text=False)
    check(done.returncode == 0 and b"\r\nwick_guest_seconds " in done.stdout, "on a terminal of podman's, too")
    check(podman("exec", "--detach", "web", "metrics").returncode == 0, "and with nobody who reads")


def as_engines_do(call, scratch):
    """exec as engines call it: a process in a file, a file for its id, going on by itself, and what they get wrong."""
    def process(content):
        with open(f"{scratch}/process.json", "w", encoding="utf-8") as file:
            file.write(content)
        return ["exec", "--process", f"{scratch}/process.json", "--pid-file", f"{scratch}/exec.pid"]

    done = call("exec", "--env", "A=b", "--user", "0", "--cwd=/", "app", "threads")
    check(done.returncode == 0 and 'thread "main" ' in done.stdout, "a word of the command line is answered")
    done = call(*process('{"terminal": false, "args": ["metrics"], "cwd": "/"}'), "--detach", "app")
    with open(f"{scratch}/exec.pid", encoding="ascii") as file:
        check(done.returncode == 0 and "wick_guest_seconds " in done.stdout and int(file.read()) > 1, "and one of a process, which has an id")
    with ThreadPoolExecutor(40) as many:
        codes = [done.returncode for done in many.map(lambda _: call("exec", "app", "metrics"), range(40))]
        check(codes == [0] * 40, f"40 that ask at once are all answered {codes}")
    for content, sentence in (("", "is no JSON"), ('{"args": [1]}', "is no list of texts"), ('{"args": []}', "exec wants a word"), ("[]", "is no object of JSON")):
        done = call(*process(content), "app")
        check(done.returncode == 1 and sentence in done.stderr and done.stdout == "", f"a process that is none: {done.stderr.strip()}")
    for words, sentence in ((["--privileged", "app", "metrics"], "There is no option --privileged"), (["app"], "exec wants a word"), (["other", "metrics"], "There is no container other"),
                            (["--tty", "--console-socket", f"{scratch}/nobody", "app", "metrics"], "can't be given a terminal")):
        done = call("exec", *words)
        check(done.returncode == 1 and sentence in done.stderr, f"exec {' '.join(words)}: {done.stderr.strip()}")
