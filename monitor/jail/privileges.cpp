// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace wick::monitor {
namespace {

/// struct landlock_ruleset_attr as the kernel's Documentation/userspace-api/landlock.rst has it today: what is handled
/// and then allowed by no rule is forbidden.
struct Ruleset {
  std::uint64_t files, net, scopes;
};

constexpr std::uint64_t kBindTcp = 1 << 0, kConnectTcp = 1 << 1;
struct Right {
  unsigned since;  ///< version
  std::uint64_t Ruleset::* of;
  std::uint64_t bits;
};
constexpr Right kRights[] = {
    {1, &Ruleset::files, (1 << 13) - 1},  // to open, read, list, execute, make and remove
    {2, &Ruleset::files, 1 << 13},        // to move elsewhere
    {3, &Ruleset::files, 1 << 14},        // to cut
    {4, &Ruleset::net, kBindTcp},        {4, &Ruleset::net, kConnectTcp},
    {5, &Ruleset::files, 1 << 15},  // ioctl of devices
    {6, &Ruleset::scopes, 1 << 0},  // abstract sockets
    {6, &Ruleset::scopes, 1 << 1},  // signals
};

}  // namespace

bool limit(__rlimit_resource what, rlim_t most) {
  rlimit now{};
  if (getrlimit(what, &now) < 0) return false;
  most = most < now.rlim_max ? most : now.rlim_max;
  const rlimit both{most, most};
  return setrlimit(what, &both) == 0;
}

bool forbid_privileges() {
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool drop_privileges() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &header, none) == 0 && forbid_privileges();
}

unsigned landlock_version() {
  constexpr unsigned kTellVersion = 1;  // LANDLOCK_CREATE_RULESET_VERSION
  const auto version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kTellVersion);
  return version > 0 ? static_cast<unsigned>(version) : 0;
}

Landlock landlock(Connecting connecting) {
  const auto version = landlock_version();
  if (version == 0) return Landlock::missing;
  Ruleset ruleset{};  // what a version doesn't know has to be 0
  for (const auto& right : kRights)
    if (right.since <= version &&
        (right.of != &Ruleset::net || connecting == Connecting::forbidden || right.bits == kBindTcp))
      ruleset.*right.of |= right.bits;
  const auto rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0));
  if (rules < 0) return Landlock::refused;
  const bool on = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return on ? Landlock::on : Landlock::refused;
}

}  // namespace wick::monitor
