# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the seccomp filters that the kernel holds for a running thread, and tells what they let through: not what the
source says, but what is in force. A filter is a program of classic BPF over struct seccomp_data (seccomp(2)); it is run
here for one system call, with arguments that are known or not: at a decision over an unknown one both ways are gone."""

import ctypes
import errno
import os
import struct

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_GET_FILTER = 17, 0x4206, 0x4207, 0x420c
WAIT_ALL = 0x40000000
ARCH_X86_64, ARCH_I386 = 0xc000003e, 0x40000003
ALLOW, TRAP, ERROR, KILL_PROCESS, KILL_THREAD = 0x7fff0000, 0x00030000, 0x00050000, 0x80000000, 0
ACTION = 0xffff0000
MONITOR = 0x7f0000000000  # an address of code that is not the guest's

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def _ptrace(request, thread, address=0, data=None):
    result = libc.ptrace(request, thread, address, data)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"ptrace({request:#x})")
    return result


def filters_of(thread):
    """All filters of a thread, each a list of (code, if true, if false, value). Needs CAP_SYS_ADMIN and CAP_SYS_PTRACE."""
    _ptrace(PTRACE_SEIZE, thread)
    try:
        _ptrace(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WAIT_ALL)
        filters = []
        while True:
            try:
                length = _ptrace(PTRACE_GET_FILTER, thread, len(filters))
            except OSError as error:
                if error.errno == errno.ENOENT:
                    return filters
                raise
            room = ctypes.create_string_buffer(8 * length)
            _ptrace(PTRACE_GET_FILTER, thread, len(filters), ctypes.cast(room, ctypes.c_void_p))
            filters.append(list(struct.iter_unpack("=HBBI", room.raw)))
    finally:
        _ptrace(PTRACE_DETACH, thread)


def _words(number, arguments, address, arch):
    """struct seccomp_data by offset; what is missing is unknown."""
    words = {0: number, 4: arch, 8: address & 0xffffffff, 12: address >> 32}
    for place, value in arguments.items():
        words[16 + 8 * place], words[20 + 8 * place] = value & 0xffffffff, value >> 32 & 0xffffffff
    return words


def answers(program, number, arguments=None, address=MONITOR, arch=ARCH_X86_64):
    """@return the set of actions that a filter may answer this call with"""
    words = _words(number, arguments or {}, address, arch)
    found, seen, todo = set(), set(), [(0, None)]
    while todo:
        at, value = todo.pop()
        if (at, value) in seen:
            continue
        seen.add((at, value))
        code, yes, no, k = program[at]
        if code == 0x06:  # RET|K
            found.add(k & ACTION)
        elif code == 0x20:  # LD|W|ABS
            todo.append((at + 1, words.get(k)))
        elif code == 0x54:  # ALU|AND|K
            todo.append((at + 1, None if value is None else value & k))
        elif code == 0x05:  # JMP|JA
            todo.append((at + 1 + k, value))
        elif code in (0x15, 0x25, 0x35, 0x45):  # JMP|JEQ, JGT, JGE, JSET of K
            holds = None if value is None else {0x15: value == k, 0x25: value > k, 0x35: value >= k, 0x45: bool(value & k)}[code]
            todo += [(at + 1 + yes, value)] if holds is not False else []
            todo += [(at + 1 + no, value)] if holds is not True else []
        else:
            raise ValueError(f"an instruction that this reader doesn't know: {code:#x}")
    return found


def may(filters, number, arguments=None, address=MONITOR, arch=ARCH_X86_64):
    """Whether all filters of a thread together can let such a call through."""
    return all(ALLOW in answers(program, number, arguments, address, arch) for program in filters)


def allowed(filters):
    """Numbers of the system calls that can get through, with whatever arguments."""
    return [number for number in range(1024) if may(filters, number)]
