// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A disk as a file: a raw volume of an appliance's, or a file or block device of Linux.

#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int wick_disk_open(const char* path, int* read_only) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  *read_only = file < 0 && (errno == EROFS || errno == EACCES || errno == EPERM);
  if (*read_only) file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || flock(file, (*read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return file;
  const int error = errno;
  close(file);
  errno = error;
  return -1;
}

void wick_disk_close(int disk) { close(disk); }

uint64_t wick_disk_bytes(int disk) {
  const off_t end = lseek(disk, 0, SEEK_END);
  return end > 0 ? (uint64_t)end : 0;
}

uint32_t wick_disk_block(int disk) {
  int bytes = 0;
  return ioctl(disk, BLKSSZGET, &bytes) == 0 && bytes > 0 ? (uint32_t)bytes : 512;
}

int wick_disk_read(int disk, void* to, size_t bytes, uint64_t at) {
  for (char* next = to; bytes > 0;) {
    const ssize_t got = pread(disk, next, bytes, (off_t)at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    next += got;
    at += (uint64_t)got;
    bytes -= (size_t)got;
  }
  return 0;
}

int wick_disk_write(int disk, const void* from, size_t bytes, uint64_t at) {
  for (const char* next = from; bytes > 0;) {
    const ssize_t put = pwrite(disk, next, bytes, (off_t)at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return -1;
    next += put;
    at += (uint64_t)put;
    bytes -= (size_t)put;
  }
  return 0;
}

int wick_disk_flush(int disk) { return fdatasync(disk); }
