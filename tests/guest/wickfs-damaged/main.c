// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"

/// What tests/disk/damaged.py has put there: files "0" and so on, each with its path below the volume and a line's end.
enum { kFiles = 400 };

/// @return whether the file is whole; 0 is EIO
static int reads(int number) {
  char path[32], expected[32], found[32];
  struct stat about;
  snprintf(path, sizeof path, "/data/many/%d", number);
  const int length = snprintf(expected, sizeof expected, "many/%d\n", number);
  const int file = open(path, O_RDONLY);
  if (file < 0) {
    CHECK(errno == EIO);
    return 0;
  }
  const ssize_t count = read(file, found, sizeof found);
  CHECK(count == length ? !memcmp(found, expected, (size_t)length) : count == -1 && errno == EIO);
  CHECK(count < 0 || (fstat(file, &about) == 0 && about.st_size == length));
  CHECK(fsync(file) == 0 && close(file) == 0);
  return count == length;
}

#define REFUSED(call) CHECK((call) == -1 && errno == EROFS)

/// `file` was opened when it could still be written; or -1
static void every_change_is_refused(int file) {
  struct statvfs about;
  const struct timespec times[2] = {{1, 0}, {1, 0}};
  CHECK(statvfs("/data", &about) == 0 && (about.f_flag & ST_RDONLY));
  REFUSED(open("/data/many/0", O_WRONLY));
  REFUSED(open("/data/many/0", O_RDWR | O_TRUNC));
  REFUSED(open("/data/new", O_WRONLY | O_CREAT, 0600));
  REFUSED(mkdir("/data/folder", 0700));
  REFUSED(unlink("/data/many/0"));
  REFUSED(rmdir("/data/empty"));
  REFUSED(rename("/data/many/0", "/data/many/moved"));
  REFUSED(rename("/data/many/0", "/data/many/1"));
  REFUSED(truncate("/data/many/0", 0));
  REFUSED(chmod("/data/many/0", 0600));
  REFUSED(utimensat(AT_FDCWD, "/data/many/0", times, 0));
  REFUSED(access("/data/many/0", W_OK));
  if (file < 0) return;
  REFUSED(write(file, "x", 1));
  REFUSED(pwrite(file, "x", 1, 100000));
  REFUSED(ftruncate(file, 0));
  REFUSED(fchmod(file, 0600));
}

/// The damage was found when the volume was mounted.
static int at_once(void) {
  every_change_is_refused(-1);
  for (int i = 0; i < kFiles; i++) CHECK(reads(i));
  every_change_is_refused(-1);
  return success();
}

/// The damage is one leaf of the tree, which is found when somebody needs it: what was done until then is kept.
static int when_met(void) {
  const int file = open("/data/before", O_WRONLY | O_CREAT, 0600);
  CHECK(file >= 0 && write(file, "written\n", 8) == 8 && fsync(file) == 0);
  CHECK(write(file, "not synced\n", 11) == 11);
  int whole = 0;
  for (int i = 0; i < kFiles; i++) whole += reads(i);
  CHECK(whole > 0 && whole < kFiles);
  every_change_is_refused(file);
  CHECK(fsync(file) == 0 && close(file) == 0);
  printf("%d of %d are whole\n", whole, kFiles);
  return success();
}

int main(int count, char** words) { return count > 1 && !strcmp(words[1], "met") ? when_met() : at_once(); }
