# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""One place that knows how tests start QEMU: machines, devices, and what its exit status says. Every run has a time
limit and an empty standard input."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import architecture  # noqa: E402
import background  # noqa: E402
import firecracker  # noqa: E402

MICROVM = "microvm,acpi=off,pic=off,pit=off,rtc=on,x-option-roms=off"
EXIT_PORT = "0x501"
OVMF = "/usr/share/OVMF"
OVMF_KEY = "/usr/share/ovmf/PkKek-1-snakeoil"  # .key, whose passphrase is "snakeoil", and .pem: made for tests, and no secret

# Where a device model ends in its name for the machine's bus.
BUS = {"microvm": "device", "q35": "pci-non-transitional", "firecracker": "device"}
MODELS = {"microvm": MICROVM, "firecracker": MICROVM + ",auto-kernel-cmdline=off"}


def machine_arguments(machine):
    """maxcpus=2: with one possible vCPU TCG of QEMU 7.2 leaves out memory barriers, and virtio kicks get lost.
    force-legacy: virtio-mmio devices of QEMU are of before virtio 1.0 unless told otherwise."""
    return ["-M", MODELS.get(machine, machine), "-global", "virtio-mmio.force-legacy=off",
            "-accel", "tcg", "-cpu", "max", "-smp", "1,maxcpus=2", "-nodefaults", "-no-user-config",
            "-display", "none", "-no-reboot"]


def device_arguments(machine, devices, disks=(), net="user,id=n0", scratch=None, model="", bus=""):
    """The devices of the classes that an image asks for. disks: files, optionally "serial:file". model: the network's, in
    the place of virtio's. bus: in the place of the machine's."""
    bus = bus or BUS[machine]
    out = []
    if "network" in devices:
        out += ["-netdev", net, "-device", f"{model or 'virtio-net-' + bus},netdev=n0"]
    if "block" in devices:
        for number, disk in enumerate(disks):
            serial, _, file = disk.rpartition(":")
            out += ["-drive", f"if=none,id=d{number},format=raw,file={file}",
                    "-device", f"virtio-blk-{bus},drive=d{number}" + (f",serial={serial}" if serial else "")]
    if "entropy" in devices:
        out += ["-device", f"virtio-rng-{bus}"]
    if "console" in devices:
        out += ["-device", f"virtio-serial-{bus}", "-chardev", f"file,id=vc,path={scratch}/virtio-console",
                "-device", "virtconsole,chardev=vc"]
    return out


def share_arguments(machine, name, folder):
    """A folder of this machine's, for a volume of the file system 9p."""
    return ["-fsdev", f"local,id={name},path={folder},security_model=none,multidevs=remap",
            "-device", f"virtio-9p-{BUS[machine]},fsdev={name},mount_tag={name}"]


def device_console(scratch):
    """What was written to the virtio console."""
    path = os.path.join(scratch, "virtio-console")
    if not os.path.exists(path):
        return ""
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace").replace("\r\n", "\n")


def exit_code(status, text):
    """The application's exit code: what hv says last, which the debug exit port has to confirm. None: no normal end."""
    said = re.findall(r"^\[wick\] exit (\d+)\s*$", text, re.M)
    if not said:
        return None
    code = int(said[-1])
    return code if status == ((code << 1 | 1) & 0xff) or status == 0 else None


def uefi_arguments(scratch):
    """OVMF instead of SeaBIOS. It writes its variables, so each machine gets a copy of them."""
    variables = os.path.join(scratch, "uefi-variables")
    shutil.copyfile(f"{OVMF}/OVMF_VARS_4M.fd", variables)
    return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
            "-drive", f"if=pflash,format=raw,unit=1,file={variables}"]


SECURE_BOOT_MACHINE = "q35,smm=on"


def secure_boot_arguments(scratch):
    """OVMF with Secure Boot, for that machine. It knows one certificate, OVMF_KEY's, and trusts nothing else."""
    variables = os.path.join(scratch, "uefi-variables")
    shutil.copyfile(f"{OVMF}/OVMF_VARS_4M.snakeoil.fd", variables)
    return ["-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1",
            "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF}/OVMF_CODE_4M.secboot.fd",
            "-drive", f"if=pflash,format=raw,unit=1,file={variables}"]


# By a short name: what the boot banner calls it.
IOMMUS = {"intel": ["VT-d"], "amd": ["AMD-Vi"]}


def iommu_arguments(kind):
    """They have to stand before all devices. Empty for no IOMMU."""
    return ["-device", f"{kind}-iommu"] if kind else []


def command(image, machine="microvm", memory="64", append="", extra=(), exit_port=True, initrd=b""):
    """initrd: on the machine "firecracker", what stands beside the image."""
    line = f"wick.exit_port={EXIT_PORT} {append}".strip() if exit_port else append
    out = [architecture.QEMU] + machine_arguments(machine) + ["-m", str(memory), "-serial", "stdio"]
    if exit_port:
        out += ["-device", f"isa-debug-exit,iobase={EXIT_PORT},iosize=4"]
    if image and machine == "firecracker":
        out += firecracker.arguments(image, line, initrd)
    elif image:
        out += ["-kernel", image] + (["-append", line] if line else [])
    return out + list(extra)


class Result:
    def __init__(self, status, text, seconds):
        self.status, self.text, self.seconds = status, text, seconds
        self.timed_out = status is None
        self.code = None if self.timed_out else exit_code(status, text)


def run(arguments, seconds):
    """Runs to the end. A run that takes over `seconds` is ended and has the status None."""
    status, text, _, taken = background.run(arguments, seconds, stderr=subprocess.STDOUT)
    return Result(status, text.replace("\r\n", "\n"), taken)


class Machine(background.Background):
    """A machine that runs beside the test: console in a file, QEMU's monitor at hand. Use it in a `with`."""

    monitor = None

    def complete(self, arguments):
        self.monitor_path = os.path.join(self.scratch.name, "qmp")
        return arguments + ["-qmp", f"unix:{self.monitor_path},server=on,wait=off"]

    def end(self, seconds=10):
        status = super().end(seconds)
        if self.monitor:
            self.monitor.close()
        return status

    def ask(self, line):
        """A command of the human monitor, for example `info tlb`."""
        if not self.monitor:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(30)
            self.socket.connect(self.monitor_path)
            self.monitor = self.socket.makefile("rw")
            self.monitor.readline()  # greeting
            self._execute({"execute": "qmp_capabilities"})
        return self._execute({"execute": "human-monitor-command", "arguments": {"command-line": line}})

    def _execute(self, request):
        self.monitor.write(json.dumps(request) + "\n")
        self.monitor.flush()
        while True:
            line = self.monitor.readline()
            if not line:
                raise ConnectionError("QEMU has ended")
            reply = json.loads(line)
            if "return" in reply:
                return reply["return"]
            if "error" in reply:
                raise RuntimeError(reply["error"]["desc"])
