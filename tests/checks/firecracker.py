# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image that PVH starts is started at its ELF entry as well, by Linux' 64-bit boot protocol as Firecracker speaks it:
it says so, its initrd is the configuration, no PCI bus is looked at, and http answers a client over virtio-mmio.
firecracker.py HELLO HTTP"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import http, qemu  # noqa: E402


def main():
    hello, server = sys.argv[1:]
    result = qemu.run(qemu.command(hello, "firecracker", append='arg="from the line"', initrd=b"log.level=info\n"), 60)
    print(result.text)
    banner = "".join(re.findall(r"^.*Linux boot.*$", result.text, re.M))
    if result.code != 0 or not banner or "PVH" in banner or "virtio-pci" in banner:
        sys.exit("FAILED: hello did not say how it was started")
    # With an initrd that no configuration is, it says so, as behind every loader.
    result = qemu.run(qemu.command(hello, "firecracker", initrd=b"x" * 8193), 60)
    if "the configuration block over 8 KiB" not in result.text:
        sys.exit(f"FAILED: an initrd of over 8 KiB was taken\n{result.text}")
    port = http.free_port()
    devices = qemu.device_arguments("firecracker", ["network"], net=f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80")
    with qemu.Machine(qemu.command(server, "firecracker", append="log.level=info", extra=devices)) as machine:
        page = http.get(port, "/hello.txt", seconds=60)
        console = machine.console()
    print(console)
    if page != "Hello, wick!\n" or "Linux boot" not in console or "virtio-mmio" not in console:
        sys.exit(f"FAILED: http answered {page!r}")
    print("SUCCESS")


main()
