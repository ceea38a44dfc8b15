// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Who the program is. The ids are kept by Linux' rules, from root downwards, and guard nothing: there is one program,
// and what it may do the wall says.

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "posix/result.h"

using namespace wick;

namespace {

constexpr int kMaxGroups = 32;

/// Real, effective and saved.
template <typename Id>
struct Ids {
  Id real = 0, effective = 0, saved = 0;

  static constexpr Id kSame = static_cast<Id>(-1);

  bool has(Id id) const { return id == kSame || id == real || id == effective || id == saved; }

  int set(Id to_real, Id to_effective, Id to_saved, bool privileged) {
    if (!privileged && !(has(to_real) && has(to_effective) && has(to_saved))) return posix::int_result(-EPERM);
    if (to_real != kSame) real = to_real;
    if (to_effective != kSame) effective = to_effective;
    if (to_saved != kSame) saved = to_saved;
    return 0;
  }
  int set_all(Id id, bool privileged) { return privileged ? set(id, id, id, true) : set(kSame, id, kSame, false); }
  int set_two(Id to_real, Id to_effective, bool privileged) {
    return set(to_real, to_effective, to_real == kSame ? kSame : to_effective, privileged);
  }
  int get(Id* to_real, Id* to_effective, Id* to_saved) const {
    *to_real = real, *to_effective = effective, *to_saved = saved;
    return 0;
  }
};

constinit Ids<uid_t> user_ids;
constinit Ids<gid_t> group_ids;
constinit gid_t groups[kMaxGroups] = {0};
constinit int group_count = 1;

bool privileged() { return user_ids.effective == 0; }

}  // namespace

extern "C" {

uid_t getuid(void) { return user_ids.real; }
uid_t geteuid(void) { return user_ids.effective; }
gid_t getgid(void) { return group_ids.real; }
gid_t getegid(void) { return group_ids.effective; }

int setuid(uid_t id) { return user_ids.set_all(id, privileged()); }
int seteuid(uid_t id) { return user_ids.set(user_ids.kSame, id, user_ids.kSame, privileged()); }
int setreuid(uid_t real, uid_t effective) { return user_ids.set_two(real, effective, privileged()); }
int setresuid(uid_t real, uid_t effective, uid_t saved) { return user_ids.set(real, effective, saved, privileged()); }
int getresuid(uid_t* real, uid_t* effective, uid_t* saved) { return user_ids.get(real, effective, saved); }

int setgid(gid_t id) { return group_ids.set_all(id, privileged()); }
int setegid(gid_t id) { return group_ids.set(group_ids.kSame, id, group_ids.kSame, privileged()); }
int setregid(gid_t real, gid_t effective) { return group_ids.set_two(real, effective, privileged()); }
int setresgid(gid_t real, gid_t effective, gid_t saved) { return group_ids.set(real, effective, saved, privileged()); }
int getresgid(gid_t* real, gid_t* effective, gid_t* saved) { return group_ids.get(real, effective, saved); }

int getgroups(int room, gid_t list[]) {
  if (room != 0 && room < group_count) return posix::int_result(-EINVAL);
  if (room != 0) std::copy_n(groups, group_count, list);
  return group_count;
}

int setgroups(int count, const gid_t* list) {
  if (!privileged()) return posix::int_result(-EPERM);
  if (count < 0 || count > kMaxGroups) return posix::int_result(-EINVAL);
  std::copy_n(list, count, groups);
  group_count = count;
  return 0;
}

}  // extern "C"
