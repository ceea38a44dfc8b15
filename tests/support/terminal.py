# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A program on a terminal, as a person has it: what is typed, and what is shown."""

import os
import pty


class Terminal:
    """The end at which a person sits."""

    def __init__(self, descriptor):
        self.descriptor, self.shown = descriptor, b""

    def type(self, keys):
        os.write(self.descriptor, keys)

    def read_until(self, enough):
        """Reads on until enough(shown). OSError: the program has gone."""
        while not enough(self.shown):
            part = os.read(self.descriptor, 1000)
            if not part:
                raise OSError("the terminal is at its end")
            self.shown += part


def run(command, talk):
    """@param talk what is done at the terminal; what is shown after it is read to the end
    @return the program's exit code, and all that the terminal has shown"""
    child, descriptor = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    terminal = Terminal(descriptor)
    try:
        talk(terminal)
        terminal.read_until(lambda _: False)
    except OSError:  # EIO: the other end has gone
        pass
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), terminal.shown
