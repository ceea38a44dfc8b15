# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a refused start has to look like: one clear sentence on standard error, nothing on standard output, exit code 70,
and nothing left behind, neither a process nor a file."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

SENTENCE = re.compile(r"\[wick\] cannot start: ([^\n]+[^.\n])\.\n")


def processes_of(folder):
    """Processes whose program lies in that folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{name}/exe").startswith(folder + "/") and hosted.state(int(name)) != "Z":
                found.append(int(name))
        except OSError:
            pass  # a kernel thread, or gone
    return found


class Refusals:
    """folder: where images and files of the test lie."""

    def __init__(self, folder):
        self.folder = folder

    def files(self):
        listed = {}
        for path, _, names in os.walk(self.folder):
            for name in names:
                about = os.stat(os.path.join(path, name))
                listed[os.path.join(path, name)] = (about.st_size, about.st_mtime_ns)
        return listed

    def expect(self, what, sentence, arguments, alone=True, **options):
        """sentence: a regular expression that the sentence has to match somewhere. alone: nobody else writes files"""
        files, running = self.files(), set(processes_of(self.folder))
        result = hosted.run(arguments, 10, **options)
        said = SENTENCE.fullmatch(result.errors)
        wrong = []
        if result.code != hosted.REFUSED:
            wrong.append(f"exit code {result.code}")
        if not said or not re.search(sentence, said[1]):
            wrong.append(f"it said {result.errors!r} instead of /{sentence}/")
        if result.text:
            wrong.append(f"standard output has {result.text[:200]!r}")
        if not hosted.gone(set(processes_of(self.folder)) - running, 2):
            wrong.append("a process is left")
        if alone and self.files() != files:
            wrong.append("files have changed")
        check(not wrong, f"{what}: {said[1] if said else ''}{'; '.join(wrong)}")
