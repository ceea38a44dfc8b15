// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
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
  int only_read = 0;
  CHECK(ioctl(file, BLKROGET, &only_read) == 0 && only_read == 1);
  return success();
}

static unsigned long long size_of(int file) {
  unsigned long long bytes = 0;
  CHECK(ioctl(file, BLKGETSIZE64, &bytes) == 0);
  return bytes;
}

/// On a sparse disk of 3 TiB: places whose sector has more than 32 bits, or nearly.
static int large(int file) {
  enum { kPiece = 200000 };
  const off_t tib = (off_t)1 << 40, places[] = {2 * tib - 777, 2 * tib + 4096, 3 * tib - kPiece};
  unsigned char *bytes = malloc(kPiece), *found = malloc(kPiece);
  CHECK(size_of(file) == 3ull << 40);
  for (int i = 0; i < 3; i++) {
    memset(bytes, 'a' + i, kPiece);
    CHECK(pwrite(file, bytes, kPiece, places[i]) == kPiece);
  }
  CHECK(fsync(file) == 0);
  for (int i = 2; i >= 0; i--) {
    const int kept = i == 0 ? 777 + 4096 : kPiece;  // the second place begins within the first
    memset(bytes, 'a' + i, kPiece);
    CHECK(pread(file, found, kPiece, places[i]) == kPiece && !memcmp(bytes, found, (size_t)kept));
  }
  CHECK(pread(file, found, 1, 3 * tib) == 0 && pread(file, found, 512, tib) == 512 && found[0] == 0);
  return success();
}

/// The disk becomes larger, by 4 MiB, while somebody looks.
static int grow(int file) {
  const unsigned long long before = size_of(file);
  struct stat found;
  char byte = 'g';
  CHECK(pwrite(file, &byte, 1, (off_t)before) == -1 && errno == ENOSPC);
  printf("before: %llu\n", before);
  fflush(stdout);
  for (int i = 0; i < 1000 && size_of(file) == before; i++) nanosleep(&(struct timespec){0, 20000000}, 0);
  const unsigned long long after = before + (4 << 20);
  CHECK(size_of(file) == after && fstat(file, &found) == 0 && found.st_size == (off_t)after);
  CHECK(pwrite(file, &byte, 1, (off_t)after - 1) == 1 && fsync(file) == 0 && lseek(file, 0, SEEK_END) == (off_t)after);
  byte = 0;
  CHECK(pread(file, &byte, 1, (off_t)after - 1) == 1 && byte == 'g');
  CHECK(pread(file, &byte, 1, (off_t)before) == 1 && byte == 0);
  return success();
}

/// Three writes, the second of many requests, and a flush: whoever looks from outside sees their order.
static int flush(int file) {
  enum { kPiece = 1 << 20 };
  unsigned char* bytes = calloc(1, kPiece);
  for (int round = 0; round < 2; round++) {
    CHECK(pwrite(file, bytes, 4096, 0) == 4096 && pwrite(file, bytes, kPiece, 4096) == kPiece);
    CHECK(pwrite(file, bytes, 4096, 2 << 20) == 4096 && fsync(file) == 0);
  }
  return success();
}

static void requests(int file, int reading) {
  unsigned block = 0;
  int only_read = 1;
  CHECK(ioctl(file, BLKSSZGET, &block) == 0 && block >= 512 && (block & (block - 1)) == 0);
  CHECK(ioctl(file, BLKROGET, &only_read) == 0 && only_read == 0 && ioctl(file, BLKFLSBUF, 0) == 0);
  CHECK(ioctl(file, FIONREAD, &only_read) == -1 && errno == ENOTTY);
  unsigned char *bytes = malloc(3 * block), *found = malloc(3 * block);
  memset(bytes, 'd', 3 * block);
  CHECK(pwrite(file, bytes, 3 * block, 2 << 20) == (ssize_t)(3 * block));
  unsigned long long middle[2] = {(2 << 20) + block, block}, part[2] = {2 << 20, block / 2},
                     beyond[2] = {4 << 20, block};
  CHECK(ioctl(file, BLKDISCARD, part) == -1 && errno == EINVAL && ioctl(file, BLKDISCARD, beyond) == -1 &&
        errno == EINVAL);
  CHECK(ioctl(reading, BLKDISCARD, middle) == -1 && errno == EBADF && ioctl(file, BLKDISCARD, middle) == 0);
  CHECK(pread(file, found, 3 * block, 2 << 20) == (ssize_t)(3 * block));
  CHECK(!memcmp(found, bytes, block) && !memcmp(found + 2 * block, bytes, block));
}

int main(int count, char** words) {
  if (count > 1 && !strcmp(words[1], "read-only")) return read_only();
  if (count > 1 && !strcmp(words[1], "odd")) return odd(open("/dev/data", O_RDWR));
  if (count > 1 && !strcmp(words[1], "full")) return full(open("/dev/data", O_RDWR));
  if (count > 1 && !strcmp(words[1], "large")) return large(open("/dev/data", O_RDWR));
  if (count > 1 && !strcmp(words[1], "grow")) return grow(open("/dev/data", O_RDWR));
  if (count > 1 && !strcmp(words[1], "flush")) return flush(open("/dev/data", O_RDWR));
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
  CHECK(size_of(file) == 4 << 20);
  requests(file, open("/dev/data", O_RDONLY));
  return success();
}
