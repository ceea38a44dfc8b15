# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The jail of a running appliance as the kernel tells of it: credentials and limits of every thread, and what the seccomp
filters in force let through. At most 16 system calls in the thread of the vCPU; no way to open, to execute, to connect.
Nothing that whoever started it had left open; and where the kernel lacks Landlock, a word of it."""

import argparse
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, lacks, seccomp  # noqa: E402
from support.hosted import check  # noqa: E402

MOST_CALLS = 16
SET_THREAD_POINTER = 158  # arch_prctl, where the kernel has to be asked for it: one more
NAMES = {0: "read", 1: "write", 3: "close", 5: "fstat", 7: "poll", 9: "mmap", 10: "mprotect", 15: "rt_sigreturn", 16: "ioctl", 17: "pread64",
         18: "pwrite64", 19: "readv", 20: "writev", 28: "madvise", 38: "setitimer", 44: "sendto", 45: "recvfrom", 47: "recvmsg",
         55: "getsockopt", 56: "clone", 61: "wait4", 72: "fcntl", 74: "fsync", 77: "ftruncate", 107: "geteuid", 157: "prctl", 288: "accept4",
         292: "dup3", 75: "fdatasync", 158: "arch_prctl", 202: "futex", 228: "clock_gettime", 231: "exit_group", 271: "ppoll",
         285: "fallocate", 299: "recvmmsg", 307: "sendmmsg", 318: "getrandom", 219: "restart_syscall", 223: "timer_settime"}
NEVER = {2: "open", 13: "rt_sigaction", 32: "dup", 33: "dup2", 41: "socket", 42: "connect", 49: "bind", 50: "listen",
         53: "socketpair", 56: "clone", 57: "fork", 58: "vfork", 59: "execve", 62: "kill", 85: "creat", 87: "unlink",
         101: "ptrace", 157: "prctl", 165: "mount", 175: "init_module", 200: "tkill", 234: "tgkill", 246: "kexec_load",
         257: "openat", 272: "unshare", 298: "perf_event_open", 308: "setns", 311: "process_vm_writev", 317: "seccomp",
         319: "memfd_create", 321: "bpf", 322: "execveat", 323: "userfaultfd", 425: "io_uring_setup", 435: "clone3",
         437: "openat2", 438: "pidfd_getfd"}
# Of the network's process, which talks with the world on the guest's behalf.
CONNECTING = {"socket", "connect"}
KVM_RUN, KVM_CREATE_VM, KVM_SET_USER_MEMORY_REGION = 0xae80, 0xae01, 0x4020ae46
CLONE, FSYNC, FTRUNCATE, RECVMSG, PRCTL, ACCEPT4, DUP3, PR_SET_PDEATHSIG = 56, 74, 77, 47, 157, 288, 292, 1
QUESTIONS = {"recvmsg", "sendto", "getsockopt", "futex", "restart_syscall", "close", "dup3", "accept4", "ppoll", "rt_sigreturn", "clock_gettime", "timer_settime"}
CONTROL = QUESTIONS | {"write", "fstat", "fcntl", "ftruncate", "wait4", "fsync"}  # for snapshots, too
TIMER_SETTIME, OTHER_TIMER = 223, 777
READ, WRITE, MMAP, MPROTECT, IOCTL, PREAD, PWRITE, SOCKET, FDATASYNC = 0, 1, 9, 10, 16, 17, 18, 41, 75
PROT_EXEC, OTHER_FILE, GUEST_CODE = 4, 777, 0x101000
AF_UNIX, AF_INET, AF_PACKET, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW = 1, 2, 17, 1, 2, 3
PROTOCOLS = {SOCK_STREAM: {0, 6}, SOCK_DGRAM: {0, 17}}  # TCP; UDP
MAP_PRIVATE, MAP_ANONYMOUS = 2, 0x20
SECRET = "a file that was left open"


def said(pid, thread):
    """/proc/PID/task/TID/status as a dictionary."""
    with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as file:
        return {key: value.strip() for key, _, value in (line.partition(":") for line in file)}


def limits(pid):
    with open(f"/proc/{pid}/limits", encoding="utf-8") as file:
        return {line[:26].strip(): line[26:].split()[:2] for line in file}


def check_credentials(what, pid, filtered=True):
    for thread in map(int, os.listdir(f"/proc/{pid}/task")):
        status = said(pid, thread)
        check(status["NoNewPrivs"] == "1", f"{what}, thread {status['Name']}: no new privileges")
        check(status["Seccomp"] == "2" or not filtered, f"{what}, thread {status['Name']}: seccomp")
        held = {key: status[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")}
        check(not any(int(value, 16) for value in held.values()), f"{what}, thread {status['Name']}: no capability {held}")
    check(limits(pid)["Max core file size"] == ["0", "0"], f"{what}: no core file of its own")


def check_never(what, filters, but=()):
    through = [name for number, name in NEVER.items() if seccomp.may(filters, number) and name not in but]
    check(not through, f"{what}: none of {len(NEVER)} ways out {through or ''}")
    old = [number for number in range(512) if seccomp.may(filters, number, arch=seccomp.ARCH_I386)]
    check(not old, f"{what}: no 32-bit system call {old or ''}")
    x32 = [number for number in range(1024) if seccomp.may(filters, 0x40000000 | number)]
    check(not x32, f"{what}: none of the x32 ABI {x32 or ''}")
    check(not seccomp.may(filters, MPROTECT, {2: PROT_EXEC}) and not seccomp.may(filters, MMAP, {2: PROT_EXEC}),
          f"{what}: memory never becomes executable")
    ours = [hex(address) for address in (1 << 40, 0x555555554000, 0x7ffff7a00000) if seccomp.may(filters, MPROTECT, {0: address})]
    check(not ours, f"{what}: of memory that isn't the guest's no right ever changes {ours or ''}")
    check(not seccomp.may(filters, MMAP, {3: MAP_PRIVATE, 4: OTHER_FILE}), f"{what}: no other file becomes memory")
    others = [request for request in (KVM_RUN, KVM_CREATE_VM, KVM_SET_USER_MEMORY_REGION)
              if seccomp.may(filters, IOCTL, {0: OTHER_FILE, 1: request})]
    check(not others, f"{what}: ioctl of KVM on its own vCPU alone {others or ''}")


def check_copies(what, filters):
    """Of whoever is asked for snapshots: copies of itself, which share nothing and end with it."""
    flags = [bit for bit in range(8, 32) if seccomp.may(filters, CLONE, {0: 1 << bit | signal.SIGCHLD})]
    check(seccomp.may(filters, CLONE, {0: signal.SIGCHLD}) and not flags and not seccomp.may(filters, CLONE, {0: 0}),
          f"{what}: a copy of itself shares nothing {flags or ''}")
    others = [option for option in range(256) if option != PR_SET_PDEATHSIG and seccomp.may(filters, PRCTL, {0: option})]
    check(not others and not seccomp.may(filters, PRCTL, {0: PR_SET_PDEATHSIG, 1: 0}), f"{what}: nor outlives it {others or ''}")


def check_control(what, filters, wanted):
    """The thread of the control socket: no file by name, no process of its own, nothing that the guest's thread could do with memory."""
    names = {NAMES.get(number, str(number)) for number in seccomp.allowed(filters)}
    check(names == wanted and not seccomp.may(filters, TIMER_SETTIME, {0: OTHER_TIMER}), f"{what}: {' '.join(sorted(names))}")
    check_never(what, filters)
    free = [number for number in (ACCEPT4, RECVMSG, WRITE, FTRUNCATE, FSYNC) if seccomp.may(filters, number, {0: OTHER_FILE})]
    check(not free and not seccomp.may(filters, DUP3, {1: OTHER_FILE}), f"{what}: on its own places alone {free or ''}")


def check_vcpu(what, pid, filters, copies=False):
    calls = seccomp.allowed(filters)
    names = " ".join(NAMES.get(number, str(number)) for number in calls)
    check(len(calls) <= MOST_CALLS + (SET_THREAD_POINTER in calls) + 2 * copies, f"{what}: {len(calls)} system calls: {names}")
    check_never(what, filters, {"clone", "prctl"} if copies else ())
    if copies:
        check_copies(what, filters)
    strange = [NAMES[number] for number in (READ, WRITE, PREAD, PWRITE) if seccomp.may(filters, number, {0: OTHER_FILE})]
    check(not strange, f"{what}: files are its own {strange or ''}")
    wrong = [number for number in range(1024)
             if any(seccomp.answers(program, number, address=GUEST_CODE) != {seccomp.TRAP} for program in filters)]
    check(not wrong, f"{what}: every system call from the guest's addresses is trapped {wrong or ''}")
    files = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
    check(not any(os.path.isdir(path) for path in files), f"{what}: no folder open among {len(files)} files")


def check_network(pid):
    [thread] = os.listdir(f"/proc/{pid}/task")
    check_credentials("network", pid)
    filters = seccomp.filters_of(int(thread))
    check_never("network", filters, CONNECTING)
    check(seccomp.may(filters, SOCKET, {0: AF_INET, 1: SOCK_STREAM}), "network: it may connect")
    kinds = {"raw": (AF_INET, SOCK_RAW), "packet": (AF_PACKET, SOCK_RAW), "local": (AF_UNIX, SOCK_STREAM)}
    through = [name for name, (family, kind) in kinds.items() if seccomp.may(filters, SOCKET, {0: family, 1: kind})]
    check(not through, f"network: no raw, packet or local socket {through or ''}")
    for kind, protocols in PROTOCOLS.items():
        passed = {number for number in range(512) if seccomp.may(filters, SOCKET, {0: AF_INET, 1: kind, 2: number})}
        check(passed == protocols, f"network: protocols of sockets of kind {kind}: {sorted(passed)}")


def open_files(pid):
    files = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            files[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:
            pass  # closed meanwhile
    return files


def left_open(image, wall):
    """A shell's secrets, another program's socket, a folder: gone. A file that an option names serves its purpose first."""
    with tempfile.NamedTemporaryFile("w+", prefix="wick-jail-", suffix=SECRET) as secret, \
            tempfile.NamedTemporaryFile("w+", prefix="wick-jail-", suffix=SECRET) as block, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        block.write("log.level=info\n")
        block.flush()
        config = os.open(block.name, os.O_RDONLY)
        folder = os.open("/", os.O_RDONLY)
        given = [secret.fileno(), listener.fileno(), folder, config]
        high = os.dup2(secret.fileno(), 900)
        inode = f"socket:[{os.fstat(listener.fileno()).st_ino}]"
        with hosted.Machine(image, wall, "--config", f"/dev/fd/{config}", pass_fds=[*given, high]) as machine:
            check(machine.wait_for("IPv4 address", 10), f"{wall}: a configuration block of /dev/fd is read")
            for what, pid in {"monitor": machine.process.pid, "network": hosted.children(machine.process.pid)[0]}.items():
                files = open_files(pid)
                wrong = [name for name in files.values() if SECRET in name or name in (inode, "/")]
                check(not wrong and 900 not in files, f"{wall}, {what}: nothing of what was left open {wrong or ''}")
        os.close(config), os.close(folder), os.close(high)


def without_landlock():
    """For preexec_fn: as on a kernel before 5.13, by a filter that knows Landlock's three calls."""
    answer = 0x00050000 | 38  # SECCOMP_RET_ERRNO, ENOSYS
    program = struct.pack("=HBBI", 0x20, 0, 0, 0) + struct.pack("=HBBI", 0x35, 0, 2, 444) + \
        struct.pack("=HBBI", 0x25, 1, 0, 446) + struct.pack("=HBBI", 0x06, 0, 0, answer) + \
        struct.pack("=HBBI", 0x06, 0, 0, seccomp.ALLOW)
    code = ctypes.create_string_buffer(program)
    header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.create_string_buffer(header), 0, 0):
        os._exit(99)


def landlock_is_missed(image, wall):
    for missing in (False, True):
        words = subprocess.run(hosted.command(image, wall), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                               preexec_fn=without_landlock if missing else None).stderr
        told = words.count("no Landlock")
        check(told == (missing or ctypes.CDLL(None).syscall(444, None, 0, 1) < 0), f"{wall}: without Landlock {missing}, told {told} times")


def confined(pids, seconds=10):
    """Each thread shuts itself in before its work begins, and that may be after the guest's first words. KVM's own threads
    are the kernel's and run nothing of ours."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        statuses = [said(pid, thread) for pid in pids for thread in os.listdir(f"/proc/{pid}/task")]
        if all(status["Seccomp"] == "2" or status["Name"].startswith("kvm-") for status in statuses):
            return True
        time.sleep(0.01)
    return False


def check_appliance(machine, what, disks=0, control=None):
    """The vCPU's thread, the one that serves devices, those of disks. @param control what its socket's thread may; None: there is none"""
    pid = machine.process.pid
    check(confined([pid]), f"{what}: each thread has a filter")
    check_credentials(what, pid)
    disk_calls = controls = 0
    for thread in sorted(map(int, os.listdir(f"/proc/{pid}/task"))):
        if said(pid, thread)["Name"].startswith("kvm-"):
            continue
        filters = seccomp.filters_of(thread)
        if seccomp.may(filters, ACCEPT4):
            controls += 1
            check_control(f"{what}, control socket", filters, control)
        elif seccomp.may(filters, FDATASYNC):
            disk_calls += 1
            calls = seccomp.allowed(filters)
            check(len(calls) <= MOST_CALLS // 2, f"{what}, disk: {' '.join(NAMES.get(number, str(number)) for number in calls)}")
            check_never(f"{what}, disk", filters)
            check(not seccomp.may(filters, PWRITE, {0: OTHER_FILE}), f"{what}, disk: one file alone")
        else:
            check_vcpu(what if thread == pid else f"{what}, devices", pid, filters, control == CONTROL and thread == pid)
    check(disk_calls == disks and controls == (control is not None), f"{what}: {disk_calls} threads of disks, {controls} of a control socket")


def without_privileges(image):
    """Root's privileges must not be what makes the jail possible."""
    with tempfile.TemporaryDirectory(prefix="wick-jail-") as folder:
        os.chmod(folder, 0o755)
        program, disk = shutil.copy(image, folder), os.path.join(folder, "disk")
        with open(disk, "wb") as file:
            file.truncate(4096)
        os.chmod(disk, 0o666)
        result = hosted.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                             *hosted.command(program, "process", "--disk", disk)])
        check(result.code == 0 and "append: full" in result.text, f"started by nobody, with disk and network: {result.code} {result.errors.strip()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True, help="http")
    parser.add_argument("--plain", required=True, help="an image that ends at once")
    parser.add_argument("--append", required=True, help="the image with a volume")
    options = parser.parse_args()
    if os.geteuid() != 0:
        lacks.skip("root", "only root may read the filters of others")
    for wall in hosted.walls():
        with hosted.Machine(options.image, wall, "--append", "log.level=info") as machine:
            check(machine.wait_for("IPv4 address", 10), f"http, {wall}: runs")
            check_appliance(machine, f"http, {wall}")
            [keeper] = hosted.children(machine.process.pid)
            check_credentials("network, the process that holds its ports", keeper, filtered=False)
            [network] = hosted.children(keeper)
            check(confined([network]), "network: it has a filter")
            check_network(network)
        with tempfile.TemporaryDirectory(prefix="wick-jail-") as scratch:
            disk = os.path.join(scratch, "disk")
            with open(disk, "wb") as file:
                file.truncate(64 << 20)
            with hosted.Machine(options.append, wall, "--disk", disk) as machine:
                check(machine.wait_for("append: 3$", 10), f"with a disk, {wall}: runs")
                check_appliance(machine, f"with a disk, {wall}", 1)
        with tempfile.TemporaryDirectory(prefix="wick-jail-") as scratch, \
                hosted.Machine(options.image, wall, "--append", "log.level=info", "--control", f"{scratch}/control") as machine:
            check(machine.wait_for("IPv4 address", 10), f"with a control socket, {wall}: runs")
            check_appliance(machine, f"with a control socket, {wall}", control=CONTROL)
        with tempfile.TemporaryDirectory(prefix="wick-jail-") as scratch, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(f"{scratch}/questions")
            listener.listen(1)
            number = listener.fileno()
            with hosted.Machine(options.image, wall, "--append", "log.level=info", f"--control=/dev/fd/{number}", pass_fds=[number]) as machine:
                check(machine.wait_for("IPv4 address", 10), f"with a socket for questions, {wall}: runs")
                check_appliance(machine, f"with a socket for questions, {wall}", control=QUESTIONS)
    for wall in hosted.walls():
        left_open(options.image, wall)
    landlock_is_missed(options.plain, "process")
    without_privileges(options.append)
    hosted.finish()


sys.exit(main())
