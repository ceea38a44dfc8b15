#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# picolibc's memset() for x86-64 (and its memcpy() likewise) writes 256 bytes and more by MOVNTI, past the caches. Whoever
# clears a buffer on the stack and then works on it waits for memory: 256 bytes take many times as long as 255, though
# they have been in the first cache all the time. Such instructions are meant for what nobody reads soon.
#
# Run first on 2026-11-28 with picolibc 1.8.10 and clang-19 1:19.1.7-3~deb12u1. Seen: 256 bytes set and read take 16
# times as long as 255; of glibc's memset() they take about as long.
source "$(dirname "$0")/packages.sh"
use_packages clang-19=1:19.1.7-3~deb12u1

cd "$root"
archive=$(apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Component: main' | head -1)
archive=${archive%/}
/usr/lib/apt/apt-helper -q -o APT::Sandbox::User="$(id -un)" download-file "$archive/pool/main/p/picolibc/picolibc_1.8.10.orig.tar.gz" \
  "$root/picolibc.tar.gz" SHA256:d1fc2a20f217472f8d9da084a519a25678e8d91852a41c7f3f1840d3508f7163 >/dev/null ||
  { echo "the source can't be downloaded" >&2; exit 2; }
mkdir picolibc
tar xzf picolibc.tar.gz -C picolibc --strip-components=1
cat >shown.c <<'C'
#include <stdio.h>
#include <string.h>
#include <time.h>
static unsigned char buffer[256] __attribute__((aligned(64)));
static double spent(size_t length) {
  struct timespec from, to;
  unsigned long sum = 0;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (int round = 0; round < 1000000; round++) {
    memset(buffer, round, length);
    sum += *(volatile unsigned char*)&buffer[length - 1];
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  return sum == 0 ? 0 : (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
}
int main(void) {
  double least[2] = {1e18, 1e18};
  for (int round = 0; round < 5; round++) {
    for (int which = 0; which < 2; which++) {
      const double now = spent(255 + (size_t)which);
      if (now < least[which]) least[which] = now;
    }
  }
  printf("%.0f\n", 10 * least[1] / least[0]);
}
C
touch picolibc.h
clang-19 -O2 -fno-builtin shown.c -o with-glibc
clang-19 -O2 -fno-builtin -I. -Ipicolibc/newlib/libc/machine/x86 shown.c picolibc/newlib/libc/machine/x86/memset.S -o with-picolibc
glibc=$(./with-glibc) picolibc=$(./with-picolibc)
echo "256 bytes over 255, tenths: $picolibc with picolibc, $glibc with glibc"
as_found "picolibc takes four times as long for one byte more" test "$picolibc" -ge 40
as_found "glibc doesn't" test "$glibc" -lt 40
finish
