# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# Attaches to an image that `wick run --gdb` holds before its first instruction, and goes on to main(). From the
# toolkit's folder:
#
#   ./wick run apps/http --profile dev --gdb
#   gdb -x tools/gdb/wick.gdb build/x86_64-dev/http.debug
#
# Another port: gdb -ex 'set $port = 4567' -x tools/gdb/wick.gdb ...
set pagination off
set confirm off
set architecture i386:x86-64

# Images name their sources from the root of the toolkit: start gdb there.

init-if-undefined $port = 1234
eval "target remote 127.0.0.1:%d", $port

# A hardware breakpoint: the image's page tables, which make code unwritable, do not exist yet.
thbreak main
continue
