#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# A BIOS reads a disk's first sector and starts it, one would think, whatever the disk's size. SeaBIOS reads it by cylinder, head
# and sector, of a geometry with 16 heads of 63 sectors that it works out from the size: a disk with fewer than 1,008 sectors has
# no cylinder at all, and the read of its very first sector fails. The two disks here differ in one sector of zeros at their end.
#
# Run first on 2026-11-29 with seabios 1.16.2-1 and qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: with 1,008 sectors the boot
# sector runs; with 1,007 it doesn't, and SeaBIOS goes on to the next device ("Boot failed: could not read the boot disk").
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v qemu-system-data=1:7.2+dfsg-7+deb12u18 seabios=1.16.2-1

cd "$root"
# A boot sector that writes to the debug-exit port, so that QEMU ends with status 33: mov al, 16; out 0xf4, al; hlt in a loop.
make_disk() {
  { printf '\xb0\x10\xe6\xf4\xf4\xeb\xfd'; head -c 503 /dev/zero; printf '\x55\xaa'; } >"disk$1"
  truncate -s $(($1 * 512)) "disk$1"
}
start() {
  timeout 60 qemu-system-x86_64 -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -accel tcg -M q35 -m 32 -boot reboot-timeout=0 \
    -nodefaults -no-user-config -display none -no-reboot -device isa-debug-exit,iobase=0xf4 -chardev file,id=log,path="$root/log$1" \
    -device isa-debugcon,iobase=0x402,chardev=log -drive if=none,id=d,format=raw,file="disk$1" -device virtio-blk-pci,drive=d,bootindex=0 && status=0 || status=$?
  echo "status $status"
}
qemu-system-x86_64 --version | head -n 1
declare -A said
for sectors in 1007 1008; do
  make_disk $sectors
  said[$sectors]=$(start $sectors)
  echo "$sectors sectors: ${said[$sectors]}; $(grep -a 'LCHS=' "log$sectors"); $(grep -a -m1 -E 'Boot failed|Booting from 0000' "log$sectors")"
done
as_found "a disk of 1,008 sectors is started" test "${said[1008]}" = "status 33"
as_found "one of 1,007 isn't" test "${said[1007]}" != "status 33"
as_found "since its first sector can't be read" grep -aq "could not read the boot disk" log1007
finish
