// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/inherited.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/number.h"

namespace wick::monitor {
namespace {

constexpr unsigned kFirst = 3;        ///< behind the standard files
constexpr unsigned kNone = 1u << 31;  ///< numbers are below
std::vector<unsigned> named;          ///< in order, each once

void find_named(std::string_view word) {
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    for (auto at = word.find(folder); at != word.npos; at = word.find(folder, at + 1)) {
      const auto number = hv::parse_number(word.substr(at + folder.size()));
      const auto file = static_cast<int>(number.value);
      if (number.ok && number.value >= kFirst && number.value < kNone && fcntl(file, F_GETFD) >= 0)
        named.push_back(static_cast<unsigned>(file));
    }
  }
}

void close_between(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
  const long most = sysconf(_SC_OPEN_MAX);  // before Linux 5.9
  for (long file = first; file <= static_cast<long>(last) && file < most; ++file) close(static_cast<int>(file));
}

}  // namespace

void close_inherited(std::span<char* const> words) {
  named.clear();
  for (const char* word : words) find_named(word);
  std::ranges::sort(named);
  named.erase(std::ranges::unique(named).begin(), named.end());
  unsigned first = kFirst;
  for (const unsigned file : named) {
    close_between(first, file - 1);
    first = file + 1;
  }
  close_between(first, ~0u);
}

void close_named() {
  for (const unsigned file : named) close(static_cast<int>(file));
  named.clear();
}

}  // namespace wick::monitor
