// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The nice value: of the one process, which has nobody to be nice to. It is kept and told, by Linux' rules.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "posix/result.h"

using namespace wick;

namespace {

constexpr int kNicest = 19, kLeastNice = -20;

std::atomic<int> nice_value{0};

/// Which process is meant: our own, by its number, as user or as group.
int check(int which, id_t who) {
  if (which != PRIO_PROCESS && which != PRIO_PGRP && which != PRIO_USER) return -EINVAL;
  const id_t own = which == PRIO_USER ? static_cast<id_t>(getuid()) : static_cast<id_t>(getpid());
  return who == 0 || who == own ? 0 : -ESRCH;
}

}  // namespace

extern "C" {

int getpriority(int which, id_t who) {
  const int error = check(which, who);
  return error ? posix::int_result(error) : nice_value.load();
}

int setpriority(int which, id_t who, int value) {
  const int error = check(which, who);
  if (!error) nice_value = std::clamp(value, kLeastNice, kNicest);
  return posix::int_result(error);
}

int nice(int more) { return nice_value = std::clamp(nice_value + more, kLeastNice, kNicest); }

}  // extern "C"
