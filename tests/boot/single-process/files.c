// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Names by patterns, locks of files.
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/file.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static void make(const char* path) {
  const int file = open(path, O_CREAT | O_WRONLY, 0600);
  CHECK(file >= 0 && close(file) == 0);
}

static void patterns(void) {
  make("/tmp/b.conf");
  make("/tmp/a.conf");
  make("/tmp/a.txt");
  glob_t found;
  CHECK(glob("/tmp/*.conf", 0, NULL, &found) == 0 && found.gl_pathc == 2);
  CHECK(strcmp(found.gl_pathv[0], "/tmp/a.conf") == 0 && strcmp(found.gl_pathv[1], "/tmp/b.conf") == 0);
  globfree(&found);
  CHECK(glob("/etc/ho[a-z]ts", 0, NULL, &found) == 0 && found.gl_pathc == 1);
  globfree(&found);
  CHECK(glob("/tmp/*.none", 0, NULL, &found) == GLOB_NOMATCH);
  CHECK(fnmatch("*.c", "main.c", 0) == 0 && fnmatch("*.c", "main.h", 0) == FNM_NOMATCH);
}

static void locks(void) {
  const int one = open("/tmp/a.txt", O_RDWR), other = open("/tmp/a.txt", O_RDWR), third = open("/tmp/b.conf", O_RDWR);
  CHECK(one >= 0 && other >= 0 && third >= 0);
  CHECK(flock(one, LOCK_EX) == 0 && flock(one, LOCK_EX | LOCK_NB) == 0);
  CHECK(flock(other, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  CHECK(flock(third, LOCK_EX | LOCK_NB) == 0);
  CHECK(flock(one, LOCK_SH) == 0 && flock(other, LOCK_SH | LOCK_NB) == 0 && flock(one, LOCK_UN) == 0);
  CHECK(flock(one, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  CHECK(close(other) == 0 && flock(one, LOCK_EX | LOCK_NB) == 0);
  CHECK(flock(one, 77) == -1 && errno == EINVAL);
  close(one);
  close(third);
}

void files(void) {
  patterns();
  locks();
}
