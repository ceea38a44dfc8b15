#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# TZ=EST5EDT and its like name a zone with summer time and leave the dates of its changes out: POSIX.1-2017 (8.3) allows it
# and leaves them open. glibc, picolibc and others take the dates of the United States, for names that are no zone file.
# musl takes none, and then it is summer time all year round: in January, too, with tm_isdst set.
#
# Run first on 2026-11-27 with musl 1.2.3-1 and clang-19 1:19.1.7-3~deb12u1. Seen: January 2024 -0400 BBB, with dates -0500
# AAA; July -0400 BBB in both.
source "$(dirname "$0")/packages.sh"
use_packages musl=1.2.3-1 musl-dev=1.2.3-1 clang-19=1:19.1.7-3~deb12u1

cd "$root"
cat >shown.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int main(int count, char** values) {
  for (int i = 1; i < count; i++) {
    const time_t instant = atol(values[i]);
    char text[40];
    strftime(text, sizeof text, "%z %Z", localtime(&instant));
    printf("%s%s", i > 1 ? ", " : "", text);
  }
}
C
musl=usr/lib/x86_64-linux-musl
clang-19 -nostdinc -isystem usr/include/x86_64-linux-musl -nostdlib -static $musl/crt1.o $musl/crti.o shown.c $musl/libc.a $musl/crtn.o -o shown
# Noon of 11 January and morning of 3 July 2024.
without=$(TZ=AAA5BBB ./shown 1705000000 1720000000)
with=$(TZ=AAA5BBB,M3.2.0,M11.1.0 ./shown 1705000000 1720000000)
printf 'AAA5BBB: %s\nAAA5BBB,M3.2.0,M11.1.0: %s\n' "$without" "$with"
as_found "without dates January is summer time" test "$without" = "-0400 BBB, -0400 BBB"
as_found "with dates it isn't" test "$with" = "-0500 AAA, -0400 BBB"
finish
