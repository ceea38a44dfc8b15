// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Other processes: each way to start or await one fails by its error path.
#include <dlfcn.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

void processes(void) {
  char* words[] = {"sh", NULL};
  CHECK(fork() == -1 && errno == ENOSYS);
  errno = 0;
  CHECK(execve("/bin/sh", words, environ) == -1 && errno == ENOSYS);
  errno = 0;
  CHECK(execlp("sh", "sh", (char*)NULL) == -1 && errno == ENOSYS);
  pid_t child = 77;
  posix_spawn_file_actions_t actions;
  CHECK(posix_spawn_file_actions_init(&actions) == 0);
  CHECK(posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0);
  CHECK(posix_spawn(&child, "/bin/sh", &actions, NULL, words, environ) == ENOSYS && child == 77);
  CHECK(posix_spawn_file_actions_destroy(&actions) == 0);
  CHECK(popen("ls", "r") == NULL && errno == ENOSYS);
  CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  CHECK(getpgrp() == getpid() && getsid(0) == getpid());
  CHECK(setsid() == -1 && errno == EPERM);
  CHECK(getpgid(5) == -1 && errno == ESRCH);
  CHECK(!dlerror());
  CHECK(!dlopen("libm.so", RTLD_NOW));
  const char* why = dlerror();
  CHECK(why && strstr(why, "no dynamic linking") && !dlerror());
}
