// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/filter.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cerrno>
#include <iterator>

#include "audit.h"

namespace wick::monitor {
namespace {

bool masked(const Condition& condition) { return condition.mask != ~0u; }
bool either(const Condition& condition) { return condition.one != condition.other; }

/// The kernel compiles each instruction at each start, so none is there that decides nothing.
unsigned steps(const Condition& condition) {
  return condition.argument < 0 ? 0 : 2u + masked(condition) + either(condition);
}

}  // namespace

void Filter::add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
  if (length_ < std::size(code_)) code_[length_] = {code, if_true, if_false, value};
  ++length_;
}

void Filter::load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }

void Filter::answer(std::uint32_t value) { add(BPF_RET | BPF_K, value); }

/// Goes on behind itself when the condition holds, else over `behind` more instructions.
void Filter::check(const Condition& condition, unsigned behind) {
  if (condition.argument < 0) return;
  // Little-endian: the low half comes first.
  const auto half = 2 * static_cast<unsigned>(condition.argument % kHigh) + (condition.argument >= kHigh);
  load(offsetof(seccomp_data, args) + sizeof(std::uint32_t) * half);
  if (masked(condition)) add(BPF_ALU | BPF_AND | BPF_K, condition.mask);
  if (either(condition)) add(BPF_JMP | BPF_JEQ | BPF_K, condition.one, 1, 0);
  add(BPF_JMP | BPF_JEQ | BPF_K, condition.other, 0, static_cast<std::uint8_t>(behind));
}

Filter::Filter(const FilterOptions& options) : otherwise_(options.otherwise) {
  if (options.trap_below) {
    load(offsetof(seccomp_data, instruction_pointer) + 4);
    add(BPF_JMP | BPF_JGE | BPF_K, static_cast<std::uint32_t>(options.trap_below >> 32), 1, 0);
    answer(SECCOMP_RET_TRAP);
    add(BPF_JMP | BPF_JGE | BPF_K, kKernelHalf, 0, 1);
    answer(SECCOMP_RET_TRAP);
  }
  // Nor do we make foreign calls, and the kernel tells an address of its own for SYSENTER.
  const std::uint32_t foreign = options.trap_below ? SECCOMP_RET_TRAP : SECCOMP_RET_KILL_PROCESS;
  load(offsetof(seccomp_data, arch));
  add(BPF_JMP | BPF_JEQ | BPF_K, kAuditArchitecture, 1, 0);
  answer(foreign);
  load(offsetof(seccomp_data, nr));
  add(BPF_JMP | BPF_JGE | BPF_K, kFirstForeignCall, 0, 1);
  answer(foreign);
}

void Filter::allow(const Rule& rule) {
  const bool plain = rule.first.argument < 0;  // then the accumulator still holds the number
  const unsigned third = steps(rule.third), second = steps(rule.second) + third;
  const unsigned body = steps(rule.first) + second + 1;
  add(BPF_JMP | BPF_JEQ | BPF_K, rule.call, 0, static_cast<std::uint8_t>(body + (plain ? 0 : 1)));
  check(rule.first, second + 1);
  check(rule.second, third + 1);
  check(rule.third, 1);
  answer(SECCOMP_RET_ALLOW);
  if (!plain) load(offsetof(seccomp_data, nr));
}

bool Filter::install() {
  answer(otherwise_ == Refusal::kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM);
  if (length_ > std::size(code_)) return false;
  const sock_fprog program{static_cast<unsigned short>(length_), code_};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool install_filter(std::span<const Rule> rules, const FilterOptions& options) {
  Filter filter(options);
  for (const auto& rule : rules) filter.allow(rule);
  return filter.install();
}

}  // namespace wick::monitor
