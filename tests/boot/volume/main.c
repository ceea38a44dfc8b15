// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

enum { kBytes = 100000, kThreads = 4 };

static unsigned char pattern(size_t at) { return (unsigned char)(at * 31 + at / 251); }

/// Each thread has a stretch of its own and writes it in odd pieces.
static void* write_and_read(void* argument) {
  const off_t start = (off_t)(size_t)argument * kBytes + 7;
  int file = open("/dev/data", O_RDWR);
  CHECK(file >= 0);
  unsigned char* bytes = malloc(kBytes);
  for (size_t i = 0; i < kBytes; i++) bytes[i] = pattern(i + (size_t)start);
  for (size_t done = 0; done < kBytes;) {
    size_t count = done % 3 ? 33001 : 777;
    if (count > kBytes - done) count = kBytes - done;
    CHECK(pwrite(file, bytes + done, count, start + (off_t)done) == (ssize_t)count);
    done += count;
  }
  CHECK(fsync(file) == 0);
  memset(bytes, 0, kBytes);
  CHECK(pread(file, bytes, kBytes, start) == kBytes);
  for (size_t i = 0; i < kBytes; i++) CHECK(bytes[i] == pattern(i + (size_t)start));
  free(bytes);
  CHECK(close(file) == 0);
  return 0;
}

int main(void) {
  pthread_t threads[kThreads];
  for (size_t i = 0; i < kThreads; i++) CHECK(pthread_create(&threads[i], 0, write_and_read, (void*)i) == 0);
  for (size_t i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], 0) == 0);

  int file = open("/dev/data", O_RDWR);
  struct stat found;
  CHECK(fstat(file, &found) == 0 && S_ISBLK(found.st_mode) && found.st_size == 4 << 20);
  char bytes[1000];
  CHECK(lseek(file, -10, SEEK_END) == (4 << 20) - 10);
  CHECK(write(file, "0123456789abc", 13) == 10);
  CHECK(write(file, "x", 1) == -1 && errno == ENOSPC);
  CHECK(lseek(file, -10, SEEK_CUR) >= 0 && read(file, bytes, sizeof(bytes)) == 10 && !memcmp(bytes, "0123456789", 10));
  CHECK(read(file, bytes, sizeof(bytes)) == 0);
  CHECK(stat("/disk", &found) == 0 && found.st_size == 1 << 20);
  CHECK(open("/disk/x", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(unlink("/disk") == -1 && errno == EBUSY);

  DIR* directory = opendir("/dev");
  int seen = 0;
  for (struct dirent* entry; (entry = readdir(directory));) seen += !strcmp(entry->d_name, "data");
  CHECK(seen == 1 && closedir(directory) == 0);
  return success();
}
