// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// /proc as ports read it: Redis takes its memory from field 24 of self/stat, others from statm and meminfo.
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static char text[2048];

static void get(const char* path) {
  const int file = open(path, O_RDONLY);
  CHECK(file >= 0);
  const ssize_t bytes = read(file, text, sizeof text - 1);
  CHECK(bytes > 0 && read(file, text + bytes, 1) == 0 && close(file) == 0);
  text[bytes] = '\0';
}

static long field(int number) {
  const char* at = text;
  for (int i = 1; i < number; i++) {
    at = strchr(at, ' ');
    CHECK(at);
    at++;
  }
  return atol(at);
}

void proc(void) {
  get("/proc/self/stat");
  CHECK(field(1) == getpid() && strstr(text, "(test-server-par)") && field(24) > 0);
  const long before = field(24);
  char* more = malloc(1 << 20);
  CHECK(more);
  memset(more, 1, 1 << 20);
  get("/proc/1/stat");
  CHECK(field(24) >= before + 256);
  free(more);
  get("/proc/self/statm");
  CHECK(field(1) >= field(2) && field(2) > 0);
  get("/proc/self/status");
  CHECK(strstr(text, "\nVmRSS:\t") && strstr(text, "\nThreads:\t"));
  get("/proc/self/cmdline");
  CHECK(strcmp(text, "test-server-parts") == 0);
  get("/proc/meminfo");
  CHECK(strncmp(text, "MemTotal:", 9) == 0 && atol(text + 9) > 8 * 1024 && strstr(text, "MemAvailable:"));
  get("/proc/sys/net/core/somaxconn");
  CHECK(atoi(text) >= 128);
  CHECK(open("/proc/self/stat", O_RDWR) == -1 && errno == EACCES && open("/proc/self/none", O_RDONLY) == -1 &&
        errno == ENOENT);
  struct stat facts;
  CHECK(stat("/proc/self", &facts) == 0 && S_ISDIR(facts.st_mode) && stat("/proc/1/comm", &facts) == 0 &&
        S_ISREG(facts.st_mode));
  DIR* folder = opendir("/proc");
  CHECK(folder);
  int names = 0, selves = 0;
  for (struct dirent* entry; (entry = readdir(folder));)
    names++, selves += strcmp(entry->d_name, "self") == 0 && entry->d_type == DT_DIR;
  CHECK(closedir(folder) == 0 && names == 6 && selves == 1);
}
