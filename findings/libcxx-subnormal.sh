#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# A double below 2.2e-308 is subnormal, an ordinary value that ostream writes. libc++'s istream reads it by strtod(), which
# sets ERANGE for it while it returns the right value (C17, 7.22.1.3: whether it does is up to the implementation), and
# takes any ERANGE for a number out of range: failbit is set. What one program writes, the next one can't read.
#
# Run first on 2026-11-27 with libc++-19-dev and clang-19 1:19.1.7-3~deb12u1 on glibc 2.36. Seen: 4.9406564584124654e-324,
# then failbit; 2.2250738585072014e-308 is read.
source "$(dirname "$0")/packages.sh"
v=1:19.1.7-3~deb12u1
use_packages clang-19=$v libc++-19-dev=$v libc++1-19=$v libc++abi-19-dev=$v libc++abi1-19=$v libunwind-19=$v libunwind-19-dev=$v

cd "$root"
cat >read.cpp <<'C'
#include <iostream>
#include <limits>
#include <sstream>
bool reads(double number) {
  std::stringstream text;
  text.precision(17);
  text << number;
  double again = -1;
  text >> again;
  std::cout << text.str() << (text.fail() ? ": failbit" : ": read") << ", value " << (again == number ? "right" : "wrong") << "\n";
  return !text.fail();
}
int main() {
  const bool smallest = reads(std::numeric_limits<double>::min());
  const bool subnormal = reads(std::numeric_limits<double>::denorm_min());
  return smallest ? subnormal : 2;
}
C
llvm=$root/usr/lib/llvm-19
"$llvm/bin/clang++" --version | head -n 1
"$llvm/bin/clang++" -nostdinc++ -isystem "$llvm/include/c++/v1" -nostdlib++ read.cpp -o read -L"$llvm/lib" -L"$root/usr/lib/x86_64-linux-gnu" \
  -lc++ -lc++abi -lunwind
status=0
LD_LIBRARY_PATH=$llvm/lib:$LD_LIBRARY_PATH ./read || status=$?
as_found "a subnormal that ostream wrote sets failbit, the smallest normal number doesn't" test "$status" = 0
finish
