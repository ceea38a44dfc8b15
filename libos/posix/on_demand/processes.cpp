// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Other processes: there are none, and none can be started. What programs call with an error path of their own exists
// and fails: fork(), exec and posix_spawn() with ENOSYS, waiting with ECHILD. vfork() has no such path in what is
// written around it and is left out.

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "posix/result.h"

namespace {

/// Ours is the only one: the leader of its group and its session.
int the_only_one(pid_t process) { return process == 0 || process == 1 ? 1 : wick::posix::int_result(-ESRCH); }

}  // namespace

extern "C" {

pid_t fork(void) { return wick::posix::int_result(-ENOSYS); }
int execve(const char*, char* const[], char* const[]) { return wick::posix::int_result(-ENOSYS); }
int fexecve(int, char* const[], char* const[]) { return wick::posix::int_result(-ENOSYS); }
int execv(const char*, char* const[]) { return wick::posix::int_result(-ENOSYS); }
int execvp(const char*, char* const[]) { return wick::posix::int_result(-ENOSYS); }
int execvpe(const char*, char* const[], char* const[]) { return wick::posix::int_result(-ENOSYS); }
int execl(const char*, const char*, ...) { return wick::posix::int_result(-ENOSYS); }
int execlp(const char*, const char*, ...) { return wick::posix::int_result(-ENOSYS); }
int execle(const char*, const char*, ...) { return wick::posix::int_result(-ENOSYS); }

// These answer the reason itself.
int posix_spawn(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const[],
                char* const[]) {
  return ENOSYS;
}
int posix_spawnp(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const[],
                 char* const[]) {
  return ENOSYS;
}

pid_t wait(int*) { return wick::posix::int_result(-ECHILD); }
pid_t waitpid(pid_t, int*, int) { return wick::posix::int_result(-ECHILD); }
pid_t wait3(int*, int, struct rusage*) { return wick::posix::int_result(-ECHILD); }
pid_t wait4(pid_t, int*, int, struct rusage*) { return wick::posix::int_result(-ECHILD); }

pid_t getpgrp(void) { return 1; }
pid_t getpgid(pid_t process) { return the_only_one(process); }
pid_t getsid(pid_t process) { return the_only_one(process); }
pid_t setsid(void) { return wick::posix::int_result(-EPERM); }
int setpgid(pid_t process, pid_t group) {
  if (the_only_one(process) < 0) return -1;
  return group == 0 || group == 1 ? 0 : wick::posix::int_result(-EPERM);
}

}  // extern "C"
