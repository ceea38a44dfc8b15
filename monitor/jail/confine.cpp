// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/confine.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "audit.h"
#include "base/fixed_list.h"
#include "monitor/jail/filter.h"
#include "monitor/jail/privileges.h"

namespace wick::monitor {
namespace {

constexpr std::uint32_t kExact = ~0u;
constexpr std::uint32_t kCopyOfItself = SIGCHLD;  ///< flags of clone(): nothing is shared

/// Where an address lies, by its high half: a condition on the argument of that number.
constexpr Condition below_guests_end(int argument) {
  return {argument + kHigh, static_cast<std::uint32_t>(-(kAboveGuests >> 32)), 0, 0};
}
constexpr Condition aside(int argument) {
  constexpr auto kHalf = static_cast<std::uint32_t>(kAboveGuests >> 32);
  return {argument + kHigh, -kHalf, kHalf, kHalf};
}

/// Not of the heap: given back behind the jail's door, they might be a call to the kernel.
using Rules = hv::FixedList<Rule, 128>;

/// Calls that take a file first: two files a rule.
void allow_files(Rules& rules, std::uint32_t call, const std::vector<int>& files) {
  int one = -1;
  const auto allow = [&](int first, int second) {
    rules.add({call, {0, kExact, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second)}});
  };
  for (const int file : files) {
    if (file < 0) continue;
    if (one >= 0) allow(one, file);
    one = one >= 0 ? -1 : file;
  }
  if (one >= 0) allow(one, one);
}

void allow_vcpu(Rules& rules, int file) {
  if (file < 0) return;
  const Condition vcpu{0, kExact, static_cast<std::uint32_t>(file), static_cast<std::uint32_t>(file)};
  for (const auto& [one, other] : kVcpuCalls) rules.add({SYS_ioctl, vcpu, {1, kExact, one, other}});
}

/// At most 16 different calls, whatever the appliance; besides, close() of the snapshot's file, mremap() on the way
/// back to a checkpoint, and with a control socket clone() and prctl() for a copy of the process: tests/hosted/jail.py
/// counts.
Rules rules_for(const Permissions& may) {
  Rules rules;
  allow_vcpu(rules, may.vcpu);
  allow_files(rules, SYS_read, may.read);
  allow_files(rules, SYS_write, may.write);
  allow_files(rules, SYS_writev, may.writev);
  for (const auto call : {SYS_ppoll, SYS_clock_gettime, SYS_getrandom, SYS_exit_group, SYS_rt_sigreturn})
    rules.add({static_cast<std::uint32_t>(call)});
  if (may.threads || may.copies_itself) rules.add({SYS_futex});
  if (may.thread_pointer) rules.add({kSetBaseCall[0], {0, kExact, kSetBaseCall[1], kSetBaseCall[2]}});
  const Condition not_executable{2, PROT_EXEC, 0, 0};
  if (may.protect_memory) rules.add({SYS_mprotect, not_executable, below_guests_end(0)});
  if (may.move_aside) rules.add({SYS_mremap, below_guests_end(0), {3, kExact, kMoveAside, kMoveAside}, aside(4)});
  if (may.drop_memory) rules.add({SYS_madvise, {2, kExact, MADV_DONTNEED, MADV_DONTNEED}});
  if (may.set_timer) rules.add({SYS_setitimer});
  if (may.map_memory) rules.add({SYS_mmap, not_executable, {3, MAP_ANONYMOUS, MAP_ANONYMOUS, MAP_ANONYMOUS}});
  for (const int file : may.map) {
    const auto own = static_cast<std::uint32_t>(file);
    rules.add({SYS_mmap, not_executable, {4, kExact, own, own}});
  }
  if (may.copies_itself) {
    rules.add({SYS_clone, {0, kExact, kCopyOfItself, kCopyOfItself}});
    rules.add({SYS_prctl, {0, kExact, PR_SET_PDEATHSIG, PR_SET_PDEATHSIG}, {1, kExact, SIGKILL, SIGKILL}});
  }
  allow_files(rules, SYS_pread64, may.pread);
  allow_files(rules, SYS_close, may.close);
  allow_files(rules, SYS_pwrite64, may.pwrite);
  return rules;
}

bool confine(const Rules& rules, const FilterOptions& options) {
  return !rules.overflowed && install_filter({rules.items, rules.count}, options);
}

}  // namespace

bool give_up_privileges() {
  return limit(RLIMIT_CORE, 0) && drop_privileges() && landlock(Connecting::forbidden) != Landlock::refused;
}

bool confine_guest_thread(const Permissions& permissions) {
  return confine(rules_for(permissions), {.otherwise = Refusal::kill, .trap_below = 2 * kAboveGuests});
}

bool confine_sweeper() {
  Rules rules;
  rules.add({SYS_futex});
  rules.add({SYS_rt_sigreturn});
  rules.add({SYS_munmap, aside(0)});
  return confine(rules, {.otherwise = Refusal::kill});
}

bool confine_disk_thread(int file, int done_event) {
  Rules rules;
  rules.add({SYS_futex});
  rules.add({SYS_rt_sigreturn});
  for (const std::uint32_t call : {SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_fdatasync, SYS_fallocate})
    allow_files(rules, call, {file});
  allow_files(rules, SYS_write, {done_event});
  return confine(rules, {.otherwise = Refusal::kill});
}

bool confine_control_thread(int listener, int connection, int file, int wake, int timer) {
  const auto number = [](int of) { return static_cast<std::uint32_t>(of); };
  Rules rules;
  for (const std::uint32_t call : {SYS_futex, SYS_rt_sigreturn, SYS_ppoll, SYS_clock_gettime, SYS_close})
    rules.add({call});
  rules.add({SYS_dup3, {1, kExact, number(connection), number(file < 0 ? connection : file)}});
  rules.add({SYS_timer_settime, {0, kExact, number(timer), number(timer)}});
  if (file >= 0) {
    rules.add({SYS_wait4});
    rules.add({SYS_write, {0, kExact, number(wake), number(wake)}});
    rules.add({SYS_fcntl, {0, kExact, number(file), number(file)}, {1, kExact, F_GETFL, F_GETFL}});
  }
  for (const std::uint32_t call : {SYS_fstat, SYS_ftruncate, SYS_fsync}) allow_files(rules, call, {file});
  for (const std::uint32_t call : {SYS_getsockopt, SYS_recvmsg, SYS_sendto}) allow_files(rules, call, {connection});
  allow_files(rules, SYS_accept4, {listener});
  return confine(rules, {.otherwise = Refusal::kill});
}

pid_t copy_of_itself() {
  const auto child = static_cast<pid_t>(syscall(SYS_clone, kCopyOfItself, 0, 0, 0, 0));
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

}  // namespace wick::monitor
