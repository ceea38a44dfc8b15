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

#include <span>

#include "audit.h"
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

/// Calls that take a file first, which is one of two.
void allow_file(Filter& filter, std::uint32_t call, int file, int other) {
  filter.allow({call, {0, kExact, static_cast<std::uint32_t>(file), static_cast<std::uint32_t>(other)}});
}

void allow_file(Filter& filter, std::uint32_t call, int file) { allow_file(filter, call, file, file); }

void allow_files(Filter& filter, std::uint32_t call, std::span<const int> files) {
  int one = -1;
  for (const int file : files) {
    if (file < 0) continue;
    if (one >= 0) allow_file(filter, call, one, file);
    one = one >= 0 ? -1 : file;
  }
  if (one >= 0) allow_file(filter, call, one);
}

void allow_vcpu(Filter& filter, int file) {
  if (file < 0) return;
  const Condition vcpu{0, kExact, static_cast<std::uint32_t>(file), static_cast<std::uint32_t>(file)};
  for (const auto& [one, other] : kVcpuCalls) filter.allow({SYS_ioctl, vcpu, {1, kExact, one, other}});
}

/// At most 16 different calls, whatever the appliance; besides, close() of the snapshot's file, mremap() on the way
/// back to a checkpoint, and with a control socket clone() and prctl() for a copy of the process: tests/hosted/jail.py
/// counts.
void allow(Filter& filter, const Permissions& may) {
  allow_vcpu(filter, may.vcpu);
  allow_files(filter, SYS_read, may.read);
  allow_files(filter, SYS_write, may.write);
  allow_files(filter, SYS_writev, may.writev);
  for (const auto call : {SYS_ppoll, SYS_clock_gettime, SYS_getrandom, SYS_exit_group, SYS_rt_sigreturn})
    filter.allow({static_cast<std::uint32_t>(call)});
  if (may.threads || may.copies_itself) filter.allow({SYS_futex});
  if (may.thread_pointer) filter.allow({kSetBaseCall[0], {0, kExact, kSetBaseCall[1], kSetBaseCall[2]}});
  const Condition not_executable{2, PROT_EXEC, 0, 0};
  if (may.protect_memory) filter.allow({SYS_mprotect, not_executable, below_guests_end(0)});
  if (may.move_aside) filter.allow({SYS_mremap, below_guests_end(0), {3, kExact, kMoveAside, kMoveAside}, aside(4)});
  if (may.drop_memory) filter.allow({SYS_madvise, {2, kExact, MADV_DONTNEED, MADV_DONTNEED}});
  if (may.set_timer) filter.allow({SYS_setitimer});
  if (may.map_memory) filter.allow({SYS_mmap, not_executable, {3, MAP_ANONYMOUS, MAP_ANONYMOUS, MAP_ANONYMOUS}});
  for (const int file : may.map) {
    const auto own = static_cast<std::uint32_t>(file);
    filter.allow({SYS_mmap, not_executable, {4, kExact, own, own}});
  }
  if (may.copies_itself) {
    filter.allow({SYS_clone, {0, kExact, kCopyOfItself, kCopyOfItself}});
    filter.allow({SYS_prctl, {0, kExact, PR_SET_PDEATHSIG, PR_SET_PDEATHSIG}, {1, kExact, SIGKILL, SIGKILL}});
  }
  allow_files(filter, SYS_pread64, may.pread);
  allow_files(filter, SYS_close, may.close);
  allow_files(filter, SYS_pwrite64, may.pwrite);
}

}  // namespace

bool give_up_privileges() {
  return limit(RLIMIT_CORE, 0) && drop_privileges() && landlock(Connecting::forbidden) != Landlock::refused;
}

bool confine_guest_thread(const Permissions& permissions) {
  Filter filter({.otherwise = Refusal::kill, .trap_below = 2 * kAboveGuests});
  allow(filter, permissions);
  return filter.install();
}

bool confine_sweeper() {
  Filter filter({.otherwise = Refusal::kill});
  filter.allow({SYS_futex});
  filter.allow({SYS_rt_sigreturn});
  filter.allow({SYS_munmap, aside(0)});
  return filter.install();
}

bool confine_disk_thread(int file, int done_event) {
  Filter filter({.otherwise = Refusal::kill});
  filter.allow({SYS_futex});
  filter.allow({SYS_rt_sigreturn});
  for (const std::uint32_t call : {SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_fdatasync, SYS_fallocate})
    allow_file(filter, call, file);
  allow_file(filter, SYS_write, done_event);
  return filter.install();
}

bool confine_control_thread(int listener, int connection, int file, int wake, int timer) {
  const auto number = [](int of) { return static_cast<std::uint32_t>(of); };
  Filter filter({.otherwise = Refusal::kill});
  // It waits for the guest with a limit, and a wait that `pause` or a debugger has stopped goes on by a call of its
  // own.
  for (const std::uint32_t call :
       {SYS_futex, SYS_restart_syscall, SYS_rt_sigreturn, SYS_ppoll, SYS_clock_gettime, SYS_close})
    filter.allow({call});
  filter.allow({SYS_dup3, {1, kExact, number(connection), number(file < 0 ? connection : file)}});
  allow_file(filter, SYS_timer_settime, timer);
  if (file >= 0) {
    filter.allow({SYS_wait4});
    filter.allow({SYS_fcntl, {0, kExact, number(file), number(file)}, {1, kExact, F_GETFL, F_GETFL}});
    for (const std::uint32_t call : {SYS_fstat, SYS_ftruncate, SYS_fsync}) allow_file(filter, call, file);
    allow_file(filter, SYS_write, wake);
  }
  for (const std::uint32_t call : {SYS_getsockopt, SYS_recvmsg, SYS_sendto}) allow_file(filter, call, connection);
  allow_file(filter, SYS_accept4, listener);
  return filter.install();
}

pid_t copy_of_itself() {
  const auto child = static_cast<pid_t>(syscall(SYS_clone, kCopyOfItself, 0, 0, 0, 0));
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

}  // namespace wick::monitor
