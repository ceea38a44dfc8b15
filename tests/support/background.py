# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A program that runs beside the test, with its console in a file: a machine of QEMU's, or an appliance that runs itself.
Use it in a `with`."""

import os
import re
import signal
import subprocess
import tempfile
import time


def run(arguments, seconds, **options):
    """Runs to the end. @return its status, None when it took over `seconds` and was ended; what it wrote; seconds"""
    start = time.monotonic()
    process = subprocess.Popen(arguments, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE, **options)
    try:
        written = process.communicate(timeout=seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        written = process.communicate()
        status = None
    return status, *((part or b"").decode("utf-8", "replace") for part in written), time.monotonic() - start


class Background:
    def __init__(self, arguments, stdin=subprocess.DEVNULL, **options):
        self.scratch = tempfile.TemporaryDirectory(prefix="wick-test-")
        self.console_file = os.path.join(self.scratch.name, "console")
        self.arguments = self.complete(list(arguments))
        with open(self.console_file, "wb") as console:
            self.process = subprocess.Popen(self.arguments, stdin=stdin, stdout=console, stderr=subprocess.STDOUT, **options)

    def complete(self, arguments):
        """What the program gets besides; `scratch` is there already."""
        return arguments

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        self.scratch.cleanup()

    def end(self, seconds=10):
        """Asks it to end, and ends it when it doesn't. @return its status"""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def wait_end(self, seconds):
        """Until it ends by itself. @return its status, or None when it doesn't"""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def console(self):
        with open(self.console_file, "rb") as file:
            return file.read().decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_for(self, pattern, seconds):
        """Until the console shows `pattern`. @return the match, or None when the time is up or the program ends"""
        limit = time.monotonic() + seconds
        pause = 0.001
        while True:
            over = self.process.poll() is not None or time.monotonic() > limit
            match = re.search(pattern, self.console(), re.M)
            if match or over:
                return match
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
