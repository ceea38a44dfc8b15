// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A seccomp filter of rules: each names a system call and up to three arguments that decide. Made into classic BPF
// here, as that takes fewer lines than a library's use would (seccomp(2), struct seccomp_data). A rule becomes
// instructions at once: a list of them would take pages of each thread's stack, in each of a thousand copies.

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace wick::monitor {

/// The low half of an argument, masked, is one of two values.
struct Condition {
  int argument = -1;  ///< none: holds always; with kHigh it is the high half
  std::uint32_t mask = 0;
  std::uint32_t one = 0, other = 0;
};

inline constexpr int kHigh = 8;

struct Rule {
  std::uint32_t call;
  Condition first = {}, second = {}, third = {};
};

/// What becomes of a call that no rule allows.
enum class Refusal { error, kill };  ///< EPERM; the end of the process

struct FilterOptions {
  Refusal otherwise = Refusal::error;
  /// SIGSYS for every call from code below this address, a multiple of 2^32, and for what only such code tries: the
  /// vsyscall page, 32-bit calls.
  std::uint64_t trap_below = 0;
};

class Filter {
 public:
  explicit Filter(const FilterOptions& options = {});
  void allow(const Rule& rule);
  /// From now on this thread, and those that it starts, make only calls that fulfil a rule. To be called once.
  /// @return false when the system refuses, or there were more rules than fit
  bool install();

 private:
  void add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0);
  void load(std::size_t offset);
  void answer(std::uint32_t value);
  void check(const Condition& condition, unsigned behind);

  Refusal otherwise_;
  std::size_t length_ = 0;
  sock_filter code_[512];
};

/// A filter of these. @return false when the system refuses
bool install_filter(std::span<const Rule> rules, const FilterOptions& options = {});

}  // namespace wick::monitor
