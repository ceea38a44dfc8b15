#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# A fixed VHD is the data with a footer of 512 bytes behind it; there is nothing at its start by which to know it. So
# qemu-img, asked without -f, takes the file that it has just made for a raw disk, and the footer for its last sector:
# converted so, the disk is 512 bytes longer and ends with "conectix". Azure takes this kind of VHD only.
#
# Run first on 2026-11-27 with qemu-utils 1:7.2+dfsg-7+deb12u18+b3. Seen: format raw, 1049088 bytes; with -f vpc 1048576.
source "$(dirname "$0")/packages.sh"
use_packages qemu-utils=1:7.2+dfsg-7+deb12u18+b3

cd "$root"
qemu-img --version | head -n 1
qemu-img create -q -f vpc -o subformat=fixed,force_size=on disk.vhd 1M
probed=$(qemu-img info disk.vhd | grep -E '^(file format|virtual size)')
named=$(qemu-img info -f vpc disk.vhd | grep -E '^(file format|virtual size)')
qemu-img convert -O raw disk.vhd disk.raw
printf 'probed:\n%s\nwith -f vpc:\n%s\n' "$probed" "$named"

as_found "its own fixed VHD is probed as raw, with the footer" grep -q 'raw.*1049088' <<<"${probed//$'\n'/ }"
as_found "with -f vpc it has the size that was asked for" grep -q 'vpc.*1048576' <<<"${named//$'\n'/ }"
as_found "converted without -f, the footer is the last sector" \
  test "$(tail -c 512 disk.raw | head -c 8)" = conectix
finish
