// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A seccomp filter as a table: each rule names a system call and up to two arguments that decide. Made into classic BPF
// here, as that takes fewer lines than a library's use would (seccomp(2), struct seccomp_data).

#include <cstdint>
#include <span>

namespace wick::hosted {

/// The low half of an argument, masked, is one of two values. Nothing of what is checked is wider than 32 bits.
struct Condition {
  int argument = -1;  ///< none: holds always
  std::uint32_t mask = 0;
  std::uint32_t one = 0, other = 0;
};

struct Rule {
  std::uint32_t call;
  Condition first = {}, second = {};
};

/// From now on only calls that fulfil a rule are made, all others fail with EPERM. @return false when the system
/// refuses
bool install_filter(std::span<const Rule> rules);

}  // namespace wick::hosted
