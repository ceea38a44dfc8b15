# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The smallest dom0 that can run `xl create`: busybox, Xen's daemons and xl, the libraries they load and some kernel
modules, as a cpio archive. The guest under test comes as a second archive behind it, so the first is made once."""

import glob
import gzip
import os
import shutil
import subprocess

from packages import MODULES, XEN, Missing, say

PROGRAMS = ["xl", "libxl-save-helper", "xenstored", "xenconsoled", "xen-init-dom0"]
APPLETS = ["sh", "cat", "cmp", "date", "dd", "grep", "head", "insmod", "ip", "ln", "losetup", "mkdir", "mount", "nc", "ping", "poweroff",
           "sed", "seq", "sleep", "stat", "timeout", "truncate", "wget"]
FOLDERS = ["dev", "proc", "sys", "run", "tmp", "etc/xen", "var/lib/xen", "var/lib/xenstored", "var/log/xen/console"]
LIBRARY_FOLDERS = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"]


class Archive:
    """A cpio archive in the kernel's "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst)."""

    def __init__(self):
        self.data = bytearray()
        self.inode = 0
        self.folders = set()

    def add(self, path, mode, content=b""):
        self.inode += 1
        name = path.encode() + b"\0"
        fields = [self.inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0]
        self.data += b"070701" + b"".join(b"%08x" % field for field in fields) + name
        self.data += b"\0" * (-len(self.data) % 4) + content
        self.data += b"\0" * (-len(self.data) % 4)

    def folder(self, path):
        if path and path not in self.folders:
            self.folder(os.path.dirname(path))
            self.folders.add(path)
            self.add(path, 0o040755)

    def file(self, path, content, mode=0o644):
        self.folder(os.path.dirname(path))
        self.add(path, 0o100000 | mode, content)

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self.add(path, 0o120777, target.encode())

    def finish(self):
        self.add("TRAILER!!!", 0)
        return bytes(self.data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def needed(path):
    """Names of the shared libraries that an ELF file asks for."""
    reader = next((r for r in ("llvm-readelf-19", "readelf") if shutil.which(r)), None)
    if not reader:
        raise Missing("neither llvm-readelf-19 nor readelf is installed")
    text = subprocess.run([reader, "-d", path], capture_output=True, text=True, check=True).stdout
    return [line.split("[")[1].split("]")[0] for line in text.splitlines() if "(NEEDED)" in line]


def library(root, name):
    for folder in LIBRARY_FOLDERS:
        path = os.path.join(root, folder, name)
        if os.path.exists(path):
            return path
    raise Missing(f"no package of the list in packages.py holds {name}")


def base(cache, modules):
    """Path of the dom0 archive, made when missing or older than these scripts."""
    here = os.path.dirname(os.path.abspath(__file__))
    scripts = ["initramfs.py", "packages.py", "dom0-init.sh", "hotplug.sh"]
    sources = [os.path.join(here, name) for name in scripts]
    sources += [os.path.join(cache, stamp) for stamp in ("tools.done", "kernel.done")]
    made = os.path.join(cache, "dom0.cpio.gz")
    if os.path.exists(made) and os.path.getmtime(made) > max(os.path.getmtime(s) for s in sources):
        return made
    say("building the dom0 initramfs")
    root = os.path.join(cache, "tools")
    archive = Archive()
    archive.file("init", read(os.path.join(here, "dom0-init.sh")), 0o755)
    archive.file("bin/busybox", read(os.path.join(root, "bin", "busybox")), 0o755)
    for applet in APPLETS:
        archive.link(f"bin/{applet}", "busybox")
    archive.file("etc/xen/scripts/wick", read(os.path.join(here, "hotplug.sh")), 0o755)
    for folder in FOLDERS:
        archive.folder(folder)
    archive.file("etc/xen/xl.conf", b"autoballoon=0\n")
    archive.link("var/run", "/run")
    archive.link("var/lock", "/run/lock")
    queue = [os.path.join(root, "usr", "lib", f"xen-{XEN}", "bin", program) for program in PROGRAMS]
    queue.append(os.path.join(root, "usr", "bin", "xenstore"))
    archive_names = {path: os.path.relpath(path, root) for path in queue}
    for tool in ("read", "write", "ls"):
        archive.link(f"bin/xenstore-{tool}", "/usr/bin/xenstore")
    unwinder = library(root, "libgcc_s.so.1")  # loaded by name when xl ends its threads
    archive_names[unwinder] = "lib/x86_64-linux-gnu/libgcc_s.so.1"
    queue.append(unwinder)
    while queue:
        path = queue.pop()
        archive.file(archive_names[path], read(path), 0o755)
        for name in needed(path):
            found = library(root, name)
            if found not in archive_names:
                archive_names[found] = f"lib/x86_64-linux-gnu/{name}"
                queue.append(found)
    archive.link("lib64", "lib/x86_64-linux-gnu")
    for number, module in enumerate(MODULES):
        found = glob.glob(os.path.join(modules, "kernel", "**", module + ".ko"), recursive=True)
        if found:
            archive.file(f"modules/{number:02}-{module}.ko", read(found[0]))
    with open(made + ".new", "wb") as file:
        file.write(gzip.compress(archive.finish(), 1, mtime=0))
    os.rename(made + ".new", made)
    return made


def with_guest(base_path, files, to):
    """Writes the dom0 archive and behind it what belongs to the guest, by name."""
    archive = Archive()
    for name, content in files.items():
        archive.file(f"guest/{name}", content, 0o755)
    with open(to, "wb") as file:
        file.write(read(base_path))
        file.write(b"\0" * (-file.tell() % 4))
        file.write(archive.finish())
