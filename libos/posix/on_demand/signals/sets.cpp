// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Sets of signals, and names of signals as shells write them.

#include <signal.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "posix/on_demand/signals/actions.h"
#include "posix/result.h"

using wick::posix::signals::bit;
using wick::posix::signals::exists;

namespace {

constexpr std::string_view kNames[] = {"",       "HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",
                                       "FPE",    "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM",
                                       "STKFLT", "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",
                                       "XCPU",   "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS"};
constexpr std::string_view kFromFirst = "RTMIN+", kFromLast = "RTMAX-";

/// @return the number that `text` is all of, or -1
int number_of(std::string_view text) {
  int number = -1;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc{} && end == text.data() + text.size() ? number : -1;
}

int named(std::string_view name) {
  if (const int number = number_of(name); number >= 0) return number;
  if (name == "RTMIN") return SIGRTMIN;
  if (name == "RTMAX") return SIGRTMAX;
  for (int number = 1; number < static_cast<int>(std::size(kNames)); number++) {
    if (kNames[number] == name) return number;
  }
  const int steps = name.size() > kFromFirst.size() ? number_of(name.substr(kFromFirst.size())) : -1;
  if (steps < 0 || steps > SIGRTMAX - SIGRTMIN) return -1;
  if (name.starts_with(kFromFirst)) return SIGRTMIN + steps;
  return name.starts_with(kFromLast) ? SIGRTMAX - steps : -1;
}

}  // namespace

extern "C" {

int sigemptyset(sigset_t* set) {
  *set = 0;
  return 0;
}

int sigfillset(sigset_t* set) {
  *set = ~sigset_t{0};
  return 0;
}

int sigaddset(sigset_t* set, int number) {
  if (!exists(number)) return wick::posix::int_result(-EINVAL);
  *set |= bit(number);
  return 0;
}

int sigdelset(sigset_t* set, int number) {
  if (!exists(number)) return wick::posix::int_result(-EINVAL);
  *set &= ~bit(number);
  return 0;
}

int sigismember(const sigset_t* set, int number) {
  if (!exists(number)) return wick::posix::int_result(-EINVAL);
  return (*set & bit(number)) != 0;
}

int sigisemptyset(const sigset_t* set) { return *set == 0; }

int str2sig(const char* name, int* number) {
  const int found = named(name);
  if (!exists(found)) return -1;
  *number = found;
  return 0;
}

int sig2str(int number, char* name) {
  if (!exists(number) || (number >= static_cast<int>(std::size(kNames)) && number < SIGRTMIN)) return -1;
  if (number < SIGRTMIN) {
    std::memcpy(name, kNames[number].data(), kNames[number].size() + 1);
  } else if (number == SIGRTMIN || number == SIGRTMAX) {
    std::strcpy(name, number == SIGRTMIN ? "RTMIN" : "RTMAX");
  } else if (number <= (SIGRTMIN + SIGRTMAX) / 2) {
    std::snprintf(name, SIG2STR_MAX, "RTMIN+%d", number - SIGRTMIN);
  } else {
    std::snprintf(name, SIG2STR_MAX, "RTMAX-%d", SIGRTMAX - number);
  }
  return 0;
}

}  // extern "C"
