# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Boots an ISO image in Bochs, which is the one machine here that has VT-x. Bochs wants a terminal, so it gets a pseudo
one; what counts comes over the serial port, in a file."""

import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import time

CONFIGURATION = """config_interface: textconfig
display_library: term
cpu: model={model}, count=1, ips=50000000, reset_on_triple_fault=0
memory: guest={memory}, host={memory}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={iso}, status=inserted
com1: enabled=1, mode=file, dev={folder}/com1
clock: sync=none, time0=local
log: {folder}/log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
speaker: enabled=0, mode=none
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
{more}
"""


def boot(iso, until, timeout=60, model="corei7_skylake_x", memory=64, more="", commands=("c",), debugger=None,
         stop=lambda: False, then=()):
    """@param until `bool(text)`: whether the serial port has said enough  @param commands for its debugger, the last of
    which lets the machine run  @param debugger a list that gets what the debugger says, as it says it  @param stop tells when
    to stop the machine for the commands `then`  @return what the serial port said"""
    with tempfile.TemporaryDirectory(prefix="wick-bochs-") as name:
        folder = pathlib.Path(name)
        (folder / "bochsrc").write_text(CONFIGURATION.format(
            model=model, memory=memory, iso=os.path.abspath(iso), folder=folder, more=more))
        (folder / "commands").write_text("\n".join(commands) + "\n")
        serial = folder / "com1"
        master, slave = pty.openpty()
        process = subprocess.Popen(
            ["bochs-bin", "-q", "-f", folder / "bochsrc", "-rc", folder / "commands"],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env={**os.environ, "TERM": "xterm"})
        os.close(slave)
        os.set_blocking(master, False)
        text, end, stopped = "", time.monotonic() + timeout, False
        while time.monotonic() < end:
            try:
                while piece := os.read(master, 65536):
                    if debugger is not None:
                        debugger.append(piece.decode("utf-8", "replace"))
            except OSError:
                pass
            if not stopped and stop():
                process.send_signal(signal.SIGINT)
                os.write(master, "".join(f"{command}\n" for command in then).encode())
                stopped = True
            text = serial.read_text(errors="replace") if serial.exists() else ""
            if until(text) or process.poll() is not None:
                break
            time.sleep(0.1)
        process.kill()
        process.wait()
        os.close(master)
        text = serial.read_text(errors="replace") if serial.exists() else ""
        return text or (folder / "log").read_text(errors="replace")[-2000:]


def network(scratch, port):
    """Lines for `more`: an 82540EM on Bochs's own user network, whose port 80 is forwarded to."""
    path = pathlib.Path(scratch) / "slirp.conf"
    path.write_text(f"# slirp config\nrestricted = 0\nhostname = slirp\nnet = 10.0.2.0\nhost = 10.0.2.2\ndhcpstart = 10.0.2.15\n"
                    f"dns = 10.0.2.3\nhostfwd = tcp:127.0.0.1:{port}-10.0.2.15:80\n")
    return (f"pci: enabled=1, chipset=i440fx, slot1=e1000\n"
            f"e1000: enabled=1, mac=52:54:00:12:34:56, ethmod=slirp, script={path}")
