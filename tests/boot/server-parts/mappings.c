// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Memory by mmap(): anonymous, of files, in parts, moved; files written through it.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

enum { kPage = 4096 };

static void anonymous(void) {
  const int rights = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char* four = mmap(NULL, 4 * kPage, rights, flags | MAP_NORESERVE, -1, 0);
  CHECK(four != MAP_FAILED && (uintptr_t)four % kPage == 0 && four[0] == 0 && four[4 * kPage - 1] == 0);
  memset(four, 7, 4 * kPage);
  CHECK(munmap(four + kPage, kPage) == 0 && four[0] == 7 && four[2 * kPage] == 7);
  CHECK(madvise(four + 2 * kPage, kPage, MADV_DONTNEED) == 0 && four[2 * kPage] == 0 && four[3 * kPage] == 7);
  CHECK(posix_madvise(four, kPage, POSIX_MADV_WILLNEED) == 0 && madvise(four, kPage, 777) == -1 && errno == EINVAL);
  CHECK(mprotect(four, kPage, rights) == 0 && mprotect(four + 1, kPage, rights) == -1 && errno == EINVAL);
  CHECK(munmap(four, 4 * kPage) == 0);

  char* moved = mmap(NULL, kPage, rights, flags, -1, 0);
  memset(moved, 9, kPage);
  moved = mremap(moved, kPage, 8 * kPage, MREMAP_MAYMOVE);
  CHECK(moved != MAP_FAILED && moved[0] == 9 && moved[kPage - 1] == 9 && moved[8 * kPage - 1] == 0);
  CHECK(mremap(moved, 8 * kPage, 2 * kPage, 0) == moved && munmap(moved, 2 * kPage) == 0);
  CHECK(mmap(NULL, 0, rights, flags, -1, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mmap(NULL, kPage, rights, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED && errno == EBADF);
  // Address space comes back: more than there is memory, one after the other.
  for (int i = 0; i < 64; i++) {
    char* room = mmap(NULL, 1 << 20, rights, flags, -1, 0);
    CHECK(room != MAP_FAILED && munmap(room, 1 << 19) == 0 && munmap(room + (1 << 19), 1 << 19) == 0);
  }
}

static void of_files(void) {
  const char* path = "/tmp/wick-mapped";
  char text[32] = {0};
  const int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(file >= 0 && write(file, "0123456789", 10) == 10);
  char* own = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  CHECK(own != MAP_FAILED && memcmp(own, "0123456789", 10) == 0 && own[10] == 0 && own[kPage - 1] == 0);
  own[0] = 'x';
  CHECK(msync(own, 10, MS_SYNC) == 0 && munmap(own, 10) == 0 && pread(file, text, 10, 0) == 10 && text[0] == '0');

  char* shared = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CHECK(shared != MAP_FAILED);
  memcpy(shared, "ab", 2);
  shared[100] = 'z';  // behind the file's end: not in it
  CHECK(msync(shared, 10, MS_SYNC) == 0 && pread(file, text, 20, 0) == 10 && memcmp(text, "ab23456789", 10) == 0);
  shared[9] = 'c';
  CHECK(munmap(shared, 10) == 0 && pread(file, text, 20, 0) == 10 && text[9] == 'c');
  CHECK(msync(text - (uintptr_t)text % kPage + 1, 1, MS_SYNC) == -1 && errno == EINVAL && close(file) == 0);

  const int reader = open(path, O_RDONLY), writer = open(path, O_WRONLY);
  CHECK(mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED && errno == EACCES);
  CHECK(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, writer, 0) == MAP_FAILED && errno == EACCES);
  CHECK(close(reader) == 0 && close(writer) == 0 && unlink(path) == 0);
}

void mappings(void) {
  anonymous();
  of_files();
  void* aligned = NULL;
  CHECK(posix_memalign(&aligned, 4096, 100) == 0 && (uintptr_t)aligned % 4096 == 0);
  free(aligned);
  CHECK(posix_memalign(&aligned, 3, 100) == EINVAL);
}
