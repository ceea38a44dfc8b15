#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# A list that files add to by a section is read between __start_NAME and __stop_NAME. lld's --gc-sections does not follow
# those references since version 13: the section is dropped. Without a linker script that is an error which explains
# itself. When a linker script places the section and defines the two symbols, as images of kernels do, the link succeeds
# without a word and the list is empty. KEEP() is needed.
#
# Run first on 2026-11-27 with lld-19 and clang-19 1:19.1.7-3~deb12u1. Seen: an error without a script; with one 0 bytes,
# with KEEP 12.
source "$(dirname "$0")/packages.sh"
use_packages lld-19=1:19.1.7-3~deb12u1 clang-19=1:19.1.7-3~deb12u1 llvm-19=1:19.1.7-3~deb12u1

cd "$root"
bin=$root/usr/lib/llvm-19/bin
cat >list.c <<'C'
extern const int __start_list[], __stop_list[];
__attribute__((section("list"), used)) static const int entries[3] = {1, 2, 3};
long length;
void _start(void) { length = __stop_list - __start_list; }
C
"$bin/clang" --target=x86_64-unknown-linux-gnu -O1 -ffunction-sections -fdata-sections -fno-pic -c list.c
script() { printf 'SECTIONS { .text : { *(.text*) } .data : { __start_list = .; %s __stop_list = .; *(.bss*) } }\n' "$1"; }
script '*(list)' >plain.ld
script 'KEEP(*(list))' >keep.ld
link() { "$bin/ld.lld" --gc-sections "$@" list.o; }
bytes() {
  local start stop
  read -r start stop < <("$bin/llvm-nm" "$1" | awk '$3 ~ /^__start/ { a = $1 } $3 ~ /^__stop/ { b = $1 } END { print a, b }')
  echo $((16#$stop - 16#$start))
}
"$bin/ld.lld" --version
as_found "without a linker script it is an error that names the reason" \
  grep -q 'start-stop-gc' <(link -o none 2>&1)
link -T plain.ld -o plain
link -T keep.ld -o keep
printf 'with a script %s bytes, with KEEP %s\n' "$(bytes plain)" "$(bytes keep)"
as_found "with a script the link succeeds and the list is empty" test "$(bytes plain)" = 0
as_found "KEEP brings it back" test "$(bytes keep)" = 12
finish
