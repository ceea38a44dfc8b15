#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# Boots an image as PVH domu of Debian's Xen in QEMU: tests/xen/domu.sh --image ELF [--arguments TEXT] [--exit CODE] …
exec python3 "$(dirname "$0")/run.py" domu "$@"
