// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// quick_exit() and at_quick_exit(), which picolibc declares and doesn't build: a list of its own, last come first run;
// nothing of atexit()'s, no destructors, and streams stay as they are (C17 7.22.4.7).

#include <unistd.h>

#include <cstdlib>
#include <iterator>

#include "sched/lock.h"

namespace {

constexpr unsigned kEntries = 32;  // as many as the standard promises
constinit void (*functions[kEntries])(void) = {};
constinit unsigned used = 0;

}  // namespace

extern "C" {

int at_quick_exit(void (*function)(void)) {
  const wick::sched::Guard guard(wick::sched::State::program);
  if (used == std::size(functions)) return -1;
  functions[used++] = function;
  return 0;
}

void quick_exit(int code) {
  while (used > 0) functions[--used]();
  _exit(code);
}

}  // extern "C"
