// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How libc++ gives up: with its sentence in the crash record (it lets programs override this function). Also for images
// that use libc++'s headers only.

#include <__verbose_abort>
#include <cstdarg>

#include "abi/crash.h"
#include "trace/format.h"
#include "trace/log.h"

_LIBCPP_BEGIN_NAMESPACE_STD

void __libcpp_verbose_abort(const char* format, ...) {
  static char sentence[sizeof(wick::CrashRecord::reason)];
  std::va_list arguments;
  va_start(arguments, format);
  wick::trace::format_list(sentence, sizeof(sentence), format, arguments);
  va_end(arguments);
  wick::panic(sentence);
}

_LIBCPP_END_NAMESPACE_STD
