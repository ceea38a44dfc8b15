#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# `-nic user,model=virtio-net-pci` is the short form of `-netdev user,id=n -device virtio-net-pci,netdev=n`, one would
# think. But the device that it makes has the property vectors=0, and so no MSI-X: a guest that takes interrupts by
# messages alone finds a network device that it can't drive.
#
# No guest is needed: the monitor tells the device's properties.
#
# Run first on 2026-11-29 with qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: vectors = 0 by -nic, 4 by -device.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v qemu-system-data=1:7.2+dfsg-7+deb12u18 seabios=1.16.2-1

cd "$root"
vectors() {
  printf 'info qtree\nquit\n' | timeout 60 qemu-system-x86_64 -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -accel tcg -M q35 -S \
    -nodefaults -no-user-config -global virtio-net-pci.romfile= -display none -monitor stdio "$@" | tr -d '\r' | grep -A4 'dev: virtio-net-pci' | grep -o 'vectors = [0-9]*'
}
qemu-system-x86_64 --version | head -n 1
nic=$(vectors -nic user,model=virtio-net-pci) || true
device=$(vectors -netdev user,id=n -device virtio-net-pci,netdev=n) || true
printf 'by -nic: %s\nby -device: %s\n' "$nic" "$device"
as_found "-nic makes a device without MSI-X" test "$nic" = "vectors = 0"
as_found "-device makes one with it" test "$device" = "vectors = 4"
