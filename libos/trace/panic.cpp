// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Giving up. Every way in which a program finds itself broken ends here: abort(), failed assertions, a smashed stack,
// libos's own checks.

#include <signal.h>

#include <cstdlib>
#include <cstring>

#include "arch/thread_context.h"
#include "trace/format.h"
#include "trace/log.h"
#include "trace/record.h"

namespace wick {

namespace {
constinit CrashRecord* crash_record = nullptr;
}

namespace trace {

void use_crash_page(CrashRecord* record) {
  crash_record = record;
  log::use_record(*record);
}

}  // namespace trace

void panic(const char* reason) {
  if (crash_record) {
    std::size_t length = 0;
    while (reason[length] && length < sizeof(crash_record->reason) - 1) length++;
    std::memcpy(crash_record->reason, reason, length);
    crash_record->reason[length] = '\0';
    crash_record->cause = CrashCause::panic;
  }
  arch::trap();
}

}  // namespace wick

extern "C" {

/// Weak: only an application that installs handlers itself links picolibc's signal table.
[[gnu::weak]] _sig_func_ptr signal(int, _sig_func_ptr);

void abort() {
  if (signal) {
    const _sig_func_ptr handler = signal(SIGABRT, SIG_DFL);
    if (handler != SIG_DFL && handler != SIG_IGN) handler(SIGABRT);
  }
  wick::panic("abort() was called");
}

/// picolibc's assert().
void __assert_func(const char* file, int line, const char* function, const char* expression) {
  static char sentence[sizeof(wick::CrashRecord::reason)];
  wick::trace::format(sentence, sizeof(sentence), "assertion \"%s\" failed in %s, %s:%d", expression,
                      function ? function : "a function", file, line);
  wick::panic(sentence);
}

}  // extern "C"
