#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# `qemu-system-x86_64 -kernel` starts an ELF file at the entry of its PVH note. ELF notes are aligned to 4 bytes, and in
# 64-bit files linkers also make segments of notes with p_align 8, where descriptors begin at multiples of 8. With 8 QEMU
# finds no PVH note, or takes the descriptor from elsewhere: the file is refused, or the machine starts at another address.
# Two files here differ in p_align and in the padding that goes with it, and in nothing else.
#
# Run first on 2026-11-27 with qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: with 4 the machine is there; with 8 "Error
# loading uncompressed kernel without PVH ELF Note", or another entry.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v qemu-system-data=1:7.2+dfsg-7+deb12u18 seabios=1.16.2-1

cd "$root"
cat >make.py <<'P'
import struct, sys
align = int(sys.argv[1])
name, entry = b"Xen\0", struct.pack("<I", 0x100100)                    # XEN_ELFNOTE_PHYS32_ENTRY, type 18
def note(owner, kind, body):
    text = struct.pack("<III", len(owner), len(body), kind) + owner
    text += bytes(-len(text) % align) + body
    return text + bytes(-len(text) % align)
# As linkers lay them out: the property note of 16 bytes first, where there is one, then the PVH note.
notes = note(name, 18, entry)
code = b"\xb0\x10\xe6\xf4\xf4\xeb\xfd"                                  # mov al, 16; out 0xf4, al; hlt in a loop
header = 64 + 2 * 56
at = (header + 15) // 16 * 16
elf = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 0x100100, 64, 0, 0, 64, 56, 2, 0, 0, 0)
elf += struct.pack("<IIQQQQQQ", 1, 5, 0x100, 0x100100, 0x100100, len(code), len(code), 16)
elf += struct.pack("<IIQQQQQQ", 4, 4, at, 0, 0, len(notes), len(notes), align)
elf = (elf.ljust(at, b"\0") + notes).ljust(0x100, b"\0") + code
sys.stdout.buffer.write(elf)
P
# The kernel writes to the debug-exit port, so QEMU ends with status 33 when it has been entered.
start() {
  timeout 60 qemu-system-x86_64 -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -accel tcg -M microvm,acpi=off -m 64 \
    -nodefaults -no-user-config -display none -no-reboot -device isa-debug-exit,iobase=0xf4 -kernel "$1" 2>&1 && status=0 || status=$?
  echo "status $status"
}
qemu-system-x86_64 --version | head -n 1
declare -A said
for align in 4 8; do
  python3 make.py $align >kernel$align
  said[$align]=$(start kernel$align)
  printf 'p_align %s: %s\n' $align "${said[$align]//$'\n'/; }"
done
as_found "with p_align 4 the entry of the note is taken" test "${said[4]}" = "status 33"
as_found "with p_align 8 it isn't" test "${said[8]}" != "status 33"
finish
