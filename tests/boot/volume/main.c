// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

/// On a disk of 1000 bytes, all 'x': two sectors, the last one padded.
static int odd(int file) {
  char bytes[40], expected[40] = "xxxxxxxxxxxxxxxx";
  CHECK(lseek(file, 0, SEEK_END) == 1024);
  CHECK(pread(file, bytes, sizeof(bytes), 984) == sizeof(bytes) && !memcmp(bytes, expected, sizeof(bytes)));
  CHECK(pwrite(file, "tail", 4, 998) == 4 && pwrite(file, "lasting", 7, 1020) == 4);
  CHECK(pread(file, bytes, sizeof(bytes), 996) == 28 && !memcmp(bytes, "xxtail", 6) && !memcmp(bytes + 24, "last", 4));
  CHECK(fsync(file) == 0);
  return success();
}

/// On a disk of 10 MiB whose host has less: what doesn't fit is EIO, what has been written stays.
static int full(int file) {
  enum { kPiece = 65536, kPieces = 10 << 4 };
  unsigned char *bytes = malloc(kPiece), *found = malloc(kPiece);
  int written = 0, refused = 0;
  for (int i = 0; i < kPieces; i++) {
    memset(bytes, i + 1, kPiece);
    const ssize_t count = pwrite(file, bytes, kPiece, (off_t)i * kPiece);
    if (count == kPiece && refused == 0) written++;
    if (count == kPiece) continue;
    CHECK(count >= 0 || errno == EIO || errno == ENOSPC);
    refused++;
  }
  CHECK(written > 0 && refused > 0);
  for (int i = 0; i < written; i++) {
    memset(bytes, i + 1, kPiece);
    CHECK(pread(file, found, kPiece, (off_t)i * kPiece) == kPiece && !memcmp(bytes, found, kPiece));
  }
  return success();
}

static int read_only(void) {
  struct stat found;
  struct statvfs room;
  char byte = 'x';
  CHECK(open("/dev/data", O_RDWR) == -1 && errno == EROFS);
  const int file = open("/dev/data", O_RDONLY);
  CHECK(file >= 0 && fstat(file, &found) == 0 && (found.st_mode & 0777) == 0400);
  CHECK(statvfs("/dev/data", &room) == 0 && (room.f_flag & ST_RDONLY));
  CHECK(read(file, &byte, 1) == 1 && byte == 0 && fsync(file) == 0);
  return success();
}

int main(int count, char** words) {
  if (count > 1 && !strcmp(words[1], "read-only")) return read_only();
  if (count > 1 && !strcmp(words[1], "odd")) return odd(open("/dev/data", O_RDWR));
  if (count > 1 && !strcmp(words[1], "full")) return full(open("/dev/data", O_RDWR));
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
  struct statvfs room;
  CHECK(statvfs("/disk", &room) == 0 && room.f_blocks * room.f_frsize == 1 << 20 && !(room.f_flag & ST_RDONLY));
  CHECK(open("/disk/x", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(unlink("/disk") == -1 && errno == EBUSY);
  CHECK(open("/dev/spare", O_RDONLY) == -1 && errno == ENOENT);  // optional, and no machine has it

  DIR* directory = opendir("/dev");
  int seen = 0;
  for (struct dirent* entry; (entry = readdir(directory));) seen += !strcmp(entry->d_name, "data");
  CHECK(seen == 1 && closedir(directory) == 0);
  return success();
}
