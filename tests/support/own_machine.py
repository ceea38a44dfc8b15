# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Daemons for a test alone: in namespaces of its own, where nothing of this machine's own is seen or touched, and from which nothing is
left running."""

import contextlib
import os
import subprocess
import sys

FIRST = 2  # process: the namespace's first one is a shell, which waits for whoever has no parent any more


def enter(script, words, folders):
    """Starts `script` once more with `words`, where each of `folders` is empty; returns there alone."""
    if os.getpid() != FIRST:
        line = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh"]
        os.execvp(line[0], [*line, sys.executable, os.path.abspath(script), *words])
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "own", folder], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def add_lines(path, lines):
    """To a file of this machine's, as the test sees it."""
    own = "/run/" + os.path.basename(path)
    with open(path, encoding="utf-8") as file, open(own, "w", encoding="utf-8") as out:
        out.write(file.read() + lines)
    subprocess.run(["mount", "--bind", own, path], check=True)


@contextlib.contextmanager
def daemon(program):
    """It runs meanwhile, and what it says is in the file "daemon" here."""
    with open("daemon", "wb") as log:
        running = subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield
    finally:
        running.terminate()
        running.wait(20)
