#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# Boots an image as PVH dom0 of Debian's Xen in QEMU: tests/xen/dom0.sh --image ELF [--arguments TEXT] [--exit CODE] …
exec python3 "$(dirname "$0")/run.py" dom0 "$@"
