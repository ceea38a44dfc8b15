// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"

enum { kBytes = 300000, kFiles = 200, kThreads = 3 };

static unsigned char bytes[kBytes], found_bytes[kBytes];

static void fill(unsigned seed) {
  for (size_t i = 0; i < kBytes; i++) bytes[i] = (unsigned char)(i * seed + i / 251);
}

static void put(const char* path, size_t count) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
  CHECK(file >= 0 && write(file, bytes, count) == (ssize_t)count && fsync(file) == 0 && close(file) == 0);
}

static void expect(const char* path, size_t count) {
  struct stat found;
  const int file = open(path, O_RDONLY);
  CHECK(file >= 0 && fstat(file, &found) == 0 && found.st_size == (off_t)count);
  CHECK(read(file, found_bytes, kBytes) == (ssize_t)count && !memcmp(bytes, found_bytes, count) && close(file) == 0);
}

/// One line more each time. @return lines that were there
static int count_boots(void) {
  char line;
  const int file = open("/data/boots", O_RDWR | O_CREAT | O_APPEND, 0600);
  CHECK(file >= 0);
  int boots = 0;
  while (read(file, &line, 1) == 1) boots++;
  CHECK(write(file, "\n", 1) == 1 && close(file) == 0);  // durable by the orderly end alone
  return boots;
}

static int entries(const char* path) {
  DIR* directory = opendir(path);
  int seen = 0;
  for (struct dirent* entry; (entry = readdir(directory));) seen++;
  CHECK(closedir(directory) == 0);
  return seen;
}

static void first_boot(void) {
  struct stat found;
  put("/data/large", kBytes);
  put("/data/new", 100);
  CHECK(rename("/data/new", "/data/renamed") == 0 && stat("/data/new", &found) == -1 && errno == ENOENT);
  CHECK(mkdir("/data/folder", 0755) == 0 && mkdir("/data/folder", 0755) == -1 && errno == EEXIST);
  CHECK(rename("/data/folder", "/data/folder/below") == -1 && errno == EINVAL);
  CHECK(rename("/data/renamed", "/data/folder/renamed") == 0 && rmdir("/data/folder") == -1 && errno == ENOTEMPTY);
  CHECK(unlink("/data/folder") == -1 && errno == EISDIR);
  CHECK(stat("/data/folder/renamed", &found) == 0 && found.st_mode == (S_IFREG | 0640) && found.st_nlink == 1);
  CHECK(open("/data/folder/renamed", O_CREAT | O_EXCL | O_WRONLY, 0600) == -1 && errno == EEXIST);
  CHECK(open("/data/large/x", O_RDONLY) == -1 && errno == ENOTDIR);
}

/// What is removed or replaced while it is open can be used to the end.
static void open_and_gone(void) {
  put("/data/gone", 50000);
  put("/data/other", 10);
  int file = open("/data/gone", O_RDWR), replaced = open("/data/other", O_RDONLY);
  CHECK(unlink("/data/gone") == 0 && open("/data/gone", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(pwrite(file, "later", 5, 60000) == 5 && pread(file, found_bytes, 50000, 0) == 50000);
  CHECK(!memcmp(found_bytes, bytes, 50000));
  struct stat found;
  CHECK(fstat(file, &found) == 0 && found.st_nlink == 0 && found.st_size == 60005);
  put("/data/fresh", 20);
  CHECK(rename("/data/fresh", "/data/other") == 0 && read(replaced, found_bytes, 100) == 10);
  CHECK(close(replaced) == 0 && unlink("/data/other") == 0);
  // `file` stays open to the end of the program: the next start gives its space back.
}

static void many(void) {
  char path[64];
  CHECK(mkdir("/data/many", 0700) == 0);
  for (int i = 0; i < kFiles; i++) {
    snprintf(path, sizeof path, "/data/many/file %d", i);
    const int file = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(file >= 0 && write(file, path, strlen(path)) == (ssize_t)strlen(path) && close(file) == 0);
  }
  CHECK(entries("/data/many") == kFiles);
  DIR* directory = opendir("/data/many");
  int removed = 0;
  for (struct dirent* entry; (entry = readdir(directory)); removed++) {
    snprintf(path, sizeof path, "/data/many/%s", entry->d_name);
    CHECK(unlink(path) == 0);
  }
  CHECK(removed == kFiles && closedir(directory) == 0 && rmdir("/data/many") == 0);
}

/// Nothing is lost on a full volume, and removal makes room again.
static void full(void) {
  struct statvfs before, after;
  CHECK(statvfs("/data", &before) == 0 && before.f_frsize == 4096 && before.f_bfree > 100);
  int file = open("/data/fill", O_WRONLY | O_CREAT, 0600);
  ssize_t count;
  unsigned long long sum = 0;
  while ((count = write(file, bytes, kBytes)) > 0) sum += (unsigned long long)count;
  CHECK(count == -1 && errno == ENOSPC && sum > 1 << 20);
  CHECK(fsync(file) == 0 && close(file) == 0);
  expect("/data/large", kBytes);
  CHECK(unlink("/data/fill") == 0 && statvfs("/data", &after) == 0);
  CHECK(after.f_bfree + 8 > before.f_bfree);
  put("/data/again", kBytes);
  CHECK(unlink("/data/again") == 0);
}

static void sparse(void) {
  int file = open("/data/sparse", O_RDWR | O_CREAT | O_TRUNC, 0600);
  struct stat found;
  CHECK(pwrite(file, "end", 3, 1 << 20) == 3 && fstat(file, &found) == 0 && found.st_size == (1 << 20) + 3);
  CHECK(found.st_blocks == 8 && pread(file, found_bytes, 10, 5000) == 10 && found_bytes[9] == 0);
  CHECK(ftruncate(file, 100) == 0 && ftruncate(file, 200) == 0 && pread(file, found_bytes, 300, 0) == 200);
  CHECK(close(file) == 0 && unlink("/data/sparse") == 0);
}

/// Each appends to the same file; no line is lost or torn.
static void* append(void* argument) {
  const int file = open("/data/appended", O_WRONLY | O_APPEND | O_CREAT, 0600);
  char line[8];
  snprintf(line, sizeof line, "line %d\n", (int)(size_t)argument);
  for (int i = 0; i < 50; i++) CHECK(write(file, line, 7) == 7 && (i % 10 || fsync(file) == 0));
  CHECK(close(file) == 0);
  return 0;
}

static void threads(void) {
  pthread_t all[kThreads];
  for (size_t i = 0; i < kThreads; i++) CHECK(pthread_create(&all[i], 0, append, (void*)i) == 0);
  for (size_t i = 0; i < kThreads; i++) CHECK(pthread_join(all[i], 0) == 0);
  const int file = open("/data/appended", O_RDONLY);
  CHECK(read(file, found_bytes, kBytes) == kThreads * 50 * 7);
  for (int i = 0; i < kThreads * 50; i++)
    CHECK(!memcmp(found_bytes + i * 7, "line ", 5) && found_bytes[i * 7 + 6] == '\n');
  CHECK(close(file) == 0 && unlink("/data/appended") == 0);
}

/// Files and folders that the host has put there get a copy.
static int exchange(void) {
  char byte;
  int from = open("/data/folder/from host", O_RDONLY), to = open("/data/to host", O_WRONLY | O_CREAT | O_EXCL, 0640);
  CHECK(from >= 0 && to >= 0);
  for (ssize_t count; (count = read(from, bytes, kBytes)) > 0;) CHECK(write(to, bytes, (size_t)count) == count);
  CHECK(read(from, &byte, 1) == 0 && fsync(to) == 0);
  return success();
}

/// Rewrites a file by rename again and again, until the power goes off. What it said to be durable has to be there.
static int endless(void) {
  char text[64];
  for (unsigned round = 1;; round++) {
    int file = open("/data/new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(write(file, bytes, 4096) == 4096 && pwrite(file, text, (size_t)sprintf(text, "round %u\n", round), 4096) > 0);
    CHECK(fsync(file) == 0 && close(file) == 0 && rename("/data/new", "/data/current") == 0);
    file = open("/data/current", O_RDONLY);
    CHECK(fsync(file) == 0 && close(file) == 0);
    printf("durable %u\n", round);
    fflush(stdout);
  }
}

/// Until the disk has grown there is no space, then there is.
static int grow(void) {
  struct statvfs before, after;
  const int file = open("/data/fill", O_WRONLY | O_CREAT, 0600);
  ssize_t count;
  CHECK(file >= 0 && statvfs("/data", &before) == 0);
  while ((count = write(file, bytes, kBytes)) > 0) {
  }
  CHECK(count == -1 && errno == ENOSPC);
  puts("full");
  fflush(stdout);
  while ((count = write(file, bytes, kBytes)) == -1 && errno == ENOSPC) usleep(10000);
  CHECK(count > 0 && statvfs("/data", &after) == 0 && after.f_blocks > before.f_blocks + 1000);
  return success();
}

int main(int count, char** words) {
  if (count > 1 && !strcmp(words[1], "exchange")) return exchange();
  if (count > 1 && !strcmp(words[1], "endless")) return endless();
  if (count > 1 && !strcmp(words[1], "grow")) return grow();
  const int boots = count_boots();
  printf("start %d\n", boots);
  fill(31);
  if (boots == 0) first_boot();
  expect("/data/large", kBytes);
  expect("/data/folder/renamed", 100);
  CHECK(entries("/data") == 3 && entries("/data/folder") == 1);
  open_and_gone();
  many();
  full();
  sparse();
  threads();
  return success();
}
