// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/hosted/privileges.h"

#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace wick::hosted {

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

void forbid_files() {
  constexpr std::uint64_t kFirstVersion = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all that Linux 5.13 knows
  const landlock_ruleset_attr nothing{.handled_access_fs = kFirstVersion};
  const auto rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &nothing, sizeof nothing, 0));
  if (rules < 0) return;
  syscall(SYS_landlock_restrict_self, rules, 0);
  close(rules);
}

}  // namespace wick::hosted
