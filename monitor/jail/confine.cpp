// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/confine.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "monitor/appliance.h"
#include "monitor/jail/filter.h"
#include "monitor/jail/privileges.h"
#include "monitor/machine/kvm/headers.h"
#include "monitor/signals.h"

namespace wick::monitor {
namespace {

constexpr std::uint32_t kExact = ~0u;

/// Files in pairs, as a rule takes them.
class Files {
 public:
  Files(std::vector<Rule>& rules, std::uint32_t call) : rules_(rules), call_(call) {}
  ~Files() {
    if (odd_ >= 0) allow(odd_, odd_);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  void add(int file) {
    if (file < 0) return;
    if (odd_ < 0) {
      odd_ = file;
      return;
    }
    allow(odd_, file);
    odd_ = -1;
  }

 private:
  void allow(int one, int other) {
    rules_.push_back({call_, {0, kExact, static_cast<std::uint32_t>(one), static_cast<std::uint32_t>(other)}});
  }
  std::vector<Rule>& rules_;
  std::uint32_t call_;
  int odd_ = -1;
};

void allow_vcpu(std::vector<Rule>& rules, int file) {
  if (file < 0) return;
  const Condition vcpu{0, kExact, static_cast<std::uint32_t>(file), static_cast<std::uint32_t>(file)};
  rules.push_back({SYS_ioctl, vcpu, {1, kExact, KVM_RUN, KVM_RUN}});
  rules.push_back({SYS_ioctl, vcpu, {1, kExact, KVM_GET_SREGS, KVM_SET_SREGS}});
  rules.push_back({SYS_ioctl, vcpu, {1, kExact, KVM_GET_FPU, KVM_SET_XSAVE}});
}

/// At most 16 different calls, whatever the appliance, and close() of the snapshot's file: tests/hosted/jail.py counts.
std::vector<Rule> rules_for(const Appliance& a) {
  const auto may = [&](Call call) { return (a.image.notes.abi.calls & call_bit(call)) != 0; };
  const bool restarts = a.image.notes.restart.policy != RestartPolicy::halt;
  std::vector<Rule> rules;
  allow_vcpu(rules, a.machine->run_file());
  {
    Files read(rules, SYS_read);
    read.add(a.devices.network().file());
    read.add(signal_file());
    for (const int file : a.devices.done_files()) read.add(file);
    read.add(STDIN_FILENO);
    read.add(a.debugger.connection());
    read.add(a.snapshot_file.keeper());
  }
  {
    Files write(rules, SYS_write);
    write.add(STDOUT_FILENO);
    write.add(STDERR_FILENO);
    write.add(signal_file());
    write.add(a.debugger.connection());
    write.add(a.trace.file());
    write.add(a.snapshot_file.keeper());
  }
  if (a.devices.has_network()) Files(rules, SYS_writev).add(a.devices.network().file());
  for (const auto call : {SYS_ppoll, SYS_clock_gettime, SYS_getrandom, SYS_exit_group, SYS_rt_sigreturn})
    rules.push_back({static_cast<std::uint32_t>(call)});
  if (a.devices.has_network() || !a.devices.done_files().empty()) rules.push_back({SYS_futex});
  const Condition not_executable{2, PROT_EXEC, 0, 0};
  if (may(Call::seal)) rules.push_back({SYS_mprotect, not_executable});
  if (restarts) rules.push_back({SYS_madvise, {2, kExact, MADV_DONTNEED, MADV_DONTNEED}});
  if (may(Call::watchdog)) rules.push_back({SYS_setitimer});
  if (a.copies_memory()) rules.push_back({SYS_mmap, not_executable, {3, MAP_ANONYMOUS, MAP_ANONYMOUS, MAP_ANONYMOUS}});
  for (const auto& checkpoint : a.checkpoints) {
    if (checkpoint.file < 0) continue;
    const auto own = static_cast<std::uint32_t>(checkpoint.file);
    rules.push_back({SYS_mmap, not_executable, {4, kExact, own, own}});
  }
  Files(rules, SYS_pread64).add(a.page_map);
  Files(rules, SYS_close).add(a.snapshot_file.file());
  {
    Files write(rules, SYS_pwrite64);
    for (const int file :
         {a.snapshot_file.file(), a.checkpoints[0].file, a.checkpoints[1].file, a.core_file, a.debugger.memory_file()})
      write.add(file);
  }
  return rules;
}

}  // namespace

bool give_up_privileges() {
  return limit(RLIMIT_CORE, 0) && drop_privileges() && landlock(Connecting::forbidden) != Landlock::refused;
}

bool confine_vcpu_thread(const Appliance& a) {
  constexpr std::uint64_t kAboveGuests = 1ull << 40;
  return install_filter(rules_for(a), {.otherwise = Refusal::kill, .trap_below = kAboveGuests});
}

bool confine_disk_thread(int file, int done_event) {
  std::vector<Rule> rules{{SYS_futex}, {SYS_rt_sigreturn}};
  for (const std::uint32_t call : {SYS_pread64, SYS_pwrite64, SYS_fdatasync, SYS_fallocate})
    Files(rules, call).add(file);
  Files(rules, SYS_write).add(done_event);
  return install_filter(rules, {.otherwise = Refusal::kill});
}

}  // namespace wick::monitor
