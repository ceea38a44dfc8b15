# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Debian's Xen, its tools and a kernel that can be dom0, without installing anything: the packages are downloaded by
apt-get, unpacked below build/xen/ and used from there. The launcher `wick` runs this file before the tests; they only use
what is there. A second run finds them and needs no network."""

import fcntl
import glob
import lzma
import os
import shutil
import struct
import subprocess
import sys

XEN = "4.17"
TOOLS = [f"xen-hypervisor-{XEN}-amd64", f"xen-utils-{XEN}", "busybox-static", "xenstore-utils"]
# What xl, xenstored and xenconsoled load; initramfs.py follows their dynamic sections and names what is missing here.
LIBRARIES = [
    "libc6", "libgcc-s1", f"libxenmisc{XEN}", "libxencall1", "libxendevicemodel1", "libxenevtchn1",
    "libxenforeignmemory1", "libxengnttab1", "libxenhypfs1", "libxenstore4", "libxentoolcore1", "libxentoollog1",
    "libyajl2", "libbz2-1.0", "liblzma5", "libuuid1", "libzstd1", "liblzo2-2", "zlib1g", "libnl-3-200",
    "libnl-route-3-200",
]
# In the order in which they are loaded: what Xen's tools need, then back ends and what gives them disks.
MODULES = ["xen-privcmd", "xenfs", "xen-evtchn", "xen-gntdev", "xen-gntalloc", "xen-blkback", "xen-netback", "loop",
           "configfs", "null_blk"]  # where not built in


class Missing(Exception):
    """Says what isn't there."""


def say(text):
    print(f"xen: {text}", flush=True)


def cache_directory():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.path.join(os.path.dirname(os.path.dirname(here)), "build", "xen")


def locked(directory):
    """Two may start at once; one fetches or builds, the other waits."""
    os.makedirs(directory, exist_ok=True)
    lock = open(os.path.join(directory, "lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def kernel_package():
    """The generic kernel's package of today: the metapackage depends on it. The cloud flavour has no XEN_DOM0."""
    answer = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], capture_output=True, text=True)
    for line in answer.stdout.splitlines():
        word = line.split()
        if len(word) == 2 and word[0] == "Depends:" and word[1].startswith("linux-image-"):
            return word[1]
    return None


def refresh_lists():
    """A fresh machine has no package lists, an old one names versions that are gone."""
    if os.geteuid() == 0:
        say("apt-get update")
        subprocess.run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def known_kernel_package():
    name = kernel_package()
    if not name:
        refresh_lists()
        name = kernel_package()
    if not name:
        raise Missing("apt-cache knows no linux-image-amd64: run apt-get update")
    return name


def download(names, directory):
    say(f"downloading {len(names)} package(s): {', '.join(names[:3])}{', …' if names[3:] else ''}")
    command = ["apt-get", "-q", "download", *names]
    answer = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if answer.returncode != 0:
        refresh_lists()
        answer = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if answer.returncode != 0:
        raise Missing("apt-get can't download the packages: " + (answer.stderr.strip().splitlines() or ["?"])[-1])


def extract(package, root, only):
    """@param only patterns of the files to take; one that is missing is no fault. All files when empty."""
    if not only:
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", root, "--wildcards", *only], stdin=archive.stdout, stderr=subprocess.DEVNULL)


fetching = False  # only the setup step does


def unpack(names, root, only=()):
    """Downloads and extracts `names` below `root` unless that has been done."""
    stamp = root + ".done"
    wanted = "\n".join([*names, *only])
    if os.path.exists(stamp) and open(stamp).read() == wanted:
        return
    if not fetching:
        raise Missing(f"{root} doesn't hold Debian's packages: ./wick test fetches them before the tests")
    for tool in ("apt-get", "apt-cache", "dpkg-deb"):
        if not shutil.which(tool):
            raise Missing(f"{tool} is missing: the tests take Debian's packages of Xen")
    packages = root + ".packages"
    for folder in (root, packages):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    download(names, packages)
    for package in sorted(glob.glob(os.path.join(packages, "*.deb"))):
        extract(package, root, only)
    shutil.rmtree(packages)
    with open(stamp, "w") as file:
        file.write(wanted)


def hypervisor(cache):
    """Path of the uncompressed hypervisor: QEMU's multiboot loader wants the plain ELF."""
    root = os.path.join(cache, "tools")
    unpack(TOOLS + LIBRARIES, root)
    plain = os.path.join(cache, "xen")
    if not os.path.exists(plain):
        packed = os.path.join(root, "boot", f"xen-{XEN}-amd64.gz")
        with open(plain + ".new", "wb") as file:
            subprocess.run(["gzip", "-dc", packed], stdout=file, check=True)
        os.rename(plain + ".new", plain)
    return plain


def unpacked(image):
    """The ELF file inside a bzImage (Documentation/arch/x86/boot.rst, payload_offset): Xen needs seconds for it."""
    with open(image, "rb") as file:
        data = file.read()
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (data[0x1f1] + 1) * 512 + offset
    return lzma.LZMADecompressor().decompress(data[start:start + length])


def kernel(cache):
    """(path of the kernel, folder of its modules)"""
    root = os.path.join(cache, "kernel")
    stamp = root + ".done"
    name = open(stamp).read().partition("\n")[0] if os.path.exists(stamp) else known_kernel_package() if fetching else ""
    unpack([name], root, ["./boot/vmlinuz-*"] + [f"*/{module}.ko" for module in MODULES])
    images = glob.glob(os.path.join(root, "boot", "vmlinuz-*"))
    modules = glob.glob(os.path.join(root, "lib", "modules", "*"))
    if not images or not modules:
        raise Missing(f"{name} holds no kernel")
    plain = os.path.join(cache, "vmlinux")
    if not os.path.exists(plain) or os.path.getmtime(plain) < os.path.getmtime(stamp):
        with open(plain + ".new", "wb") as file:
            file.write(unpacked(images[0]))
        os.rename(plain + ".new", plain)
    return plain, modules[0]


if __name__ == "__main__":
    fetching = True
    try:
        with locked(cache_directory()):
            hypervisor(cache_directory())
            kernel(cache_directory())
    except (Missing, OSError, subprocess.CalledProcessError) as reason:
        sys.exit(f"xen: {reason}")
