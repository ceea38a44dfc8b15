// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utime.h>
#include <wick/files.h>

#include "check.h"

#define FAILS(call, error) (errno = 0, (call) == -1 && errno == (error))

static void embedded(void) {
  char text[32] = {0};
  int file = open("/data/a.txt", O_RDONLY);
  CHECK(file >= 3);
  CHECK(read(file, text, sizeof(text)) == 6 && !strcmp(text, "hello\n"));
  CHECK(read(file, text, sizeof(text)) == 0);
  CHECK(lseek(file, 1, SEEK_SET) == 1 && read(file, text, 3) == 3 && !memcmp(text, "ell", 3));
  CHECK(lseek(file, -1, SEEK_END) == 5);
  CHECK(FAILS(lseek(file, -10, SEEK_CUR), EINVAL));
  CHECK(pread(file, text, 2, 2) == 2 && !memcmp(text, "ll", 2));
  CHECK(FAILS(write(file, "x", 1), EBADF));
  CHECK(close(file) == 0);
  CHECK(FAILS(close(file), EBADF));

  struct stat found;
  CHECK(stat("/data/../data//./a.txt", &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 6);
  CHECK(stat("/data/sub/", &found) == 0 && S_ISDIR(found.st_mode));
  CHECK(FAILS(stat("/data/a.txt/", &found), ENOTDIR));
  CHECK(FAILS(stat("/data/none", &found), ENOENT));
  CHECK(FAILS(open("/data/a.txt", O_RDWR), EROFS));
  CHECK(FAILS(open("/data/new", O_RDWR | O_CREAT, 0600), EROFS));
  CHECK(FAILS(open("/data", O_WRONLY), EISDIR));
  CHECK(FAILS(open("", O_RDONLY), ENOENT));
  CHECK(FAILS(unlink("/data/a.txt"), EROFS));
  CHECK(FAILS(mkdir("/data/sub", 0700), EEXIST));
  CHECK(access("/data/a.txt", R_OK) == 0);
  CHECK(FAILS(access("/data/a.txt", W_OK), EROFS));

  size_t size = 0;
  const char* mapped = wick_map_file("/data/sub/digits", &size);
  CHECK(mapped && size == 10 && !memcmp(mapped, "0123456789", 10));
  CHECK(wick_map_file("/data/empty", &size) && size == 0);
  CHECK(!wick_map_file("/data/none", &size));
  file = open("/data/sub/digits", O_RDONLY);
  CHECK(mmap(0, 10, PROT_READ, MAP_PRIVATE, file, 0) == mapped);
  char* copy = mmap(0, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  CHECK(copy != MAP_FAILED && copy != mapped && !memcmp(copy, mapped, 10));
  CHECK(munmap(copy, 10) == 0 && close(file) == 0);
}

static int count_entries(const char* path, const char* wanted) {
  DIR* directory = opendir(path);
  CHECK(directory);
  int entries = 0, seen = 0;
  for (struct dirent* entry; (entry = readdir(directory));) {
    entries++;
    seen += !strcmp(entry->d_name, wanted);
  }
  rewinddir(directory);
  CHECK(entries == 0 || readdir(directory));
  CHECK(closedir(directory) == 0);
  return seen == 1 ? entries : -1;
}

static void temporary(void) {
  char text[64] = {0};
  int file = open("/tmp/file", O_RDWR | O_CREAT | O_EXCL, 0644);
  CHECK(file >= 0);
  CHECK(FAILS(open("/tmp/file", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST));
  struct iovec pieces[2] = {{"one ", 4}, {"two", 3}};
  CHECK(writev(file, pieces, 2) == 7);
  CHECK(pwrite(file, "TWO", 3, 4) == 3);
  CHECK(lseek(file, 0, SEEK_SET) == 0 && read(file, text, sizeof(text)) == 7 && !strcmp(text, "one TWO"));
  CHECK(ftruncate(file, 3) == 0);
  CHECK(lseek(file, 100, SEEK_SET) == 100 && write(file, "end", 3) == 3);
  struct stat found;
  CHECK(fstat(file, &found) == 0 && found.st_size == 103);
  CHECK(pread(file, text, 8, 50) == 8 && text[0] == 0 && text[7] == 0);
  int appending = open("/tmp/file", O_WRONLY | O_APPEND);
  CHECK(write(appending, "!", 1) == 1 && fstat(file, &found) == 0 && found.st_size == 104);
  CHECK(close(appending) == 0);

  CHECK(mkdir("/tmp/folder", 0755) == 0);
  CHECK(FAILS(mkdir("/tmp/folder", 0755), EEXIST));
  CHECK(rename("/tmp/file", "/tmp/folder/moved") == 0);
  CHECK(FAILS(stat("/tmp/file", &found), ENOENT));
  CHECK(FAILS(rmdir("/tmp/folder"), ENOTEMPTY));
  CHECK(FAILS(rename("/tmp/folder", "/tmp/folder/inside"), EINVAL));
  CHECK(FAILS(rename("/tmp/folder/moved", "/data/moved"), EXDEV));
  CHECK(FAILS(unlink("/tmp/folder"), EISDIR));
  CHECK(FAILS(rmdir("/tmp/folder/moved"), ENOTDIR));
  CHECK(FAILS(open("/tmp/folder/moved/x", O_RDONLY), ENOTDIR));
  CHECK(count_entries("/tmp/folder", "moved") == 1);

  CHECK(chdir("/tmp/folder") == 0);
  char* where = getcwd(0, 0);
  CHECK(where && !strcmp(where, "/tmp/folder"));
  free(where);
  CHECK(FAILS(-1 + !getcwd(text, 4) * 0, ERANGE));
  CHECK(stat("moved", &found) == 0 && stat("../folder/./moved", &found) == 0);
  int folder = open(".", O_RDONLY | O_DIRECTORY);
  CHECK(folder >= 0 && openat(folder, "moved", O_RDONLY) >= 0);
  CHECK(unlinkat(folder, "moved", 0) == 0);
  CHECK(chdir("/") == 0 && close(folder) == 0);
  CHECK(fstat(file, &found) == 0 && found.st_nlink == 0 && found.st_size == 104);  // still open
  CHECK(close(file) == 0 && rmdir("/tmp/folder") == 0);

  char name[300];
  memset(name, 'n', sizeof(name));
  memcpy(name, "/tmp/", 5);
  name[299] = 0;
  CHECK(FAILS(open(name, O_CREAT | O_WRONLY, 0600), ENAMETOOLONG));
}

/// Times to the nanosecond, by path and by descriptor; a file's time of last access is not kept.
static void dates(void) {
  int file = open("/tmp/dated", O_RDWR | O_CREAT, 0644);
  const struct timespec date[2] = {{.tv_nsec = UTIME_OMIT}, {1700000000, 123456789}};
  struct stat found;
  CHECK(file >= 0 && utimensat(AT_FDCWD, "/tmp/dated", date, 0) == 0 && stat("/tmp/dated", &found) == 0);
  CHECK(found.st_mtim.tv_sec == 1700000000 && found.st_mtim.tv_nsec == 123456789);
  const struct timespec leave[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
  CHECK(futimens(file, leave) == 0 && fstat(file, &found) == 0 && found.st_mtim.tv_nsec == 123456789);
  const struct timespec bad[2] = {{.tv_nsec = 1000000000}, {.tv_nsec = UTIME_NOW}};
  CHECK(FAILS(futimens(file, bad), EINVAL) && FAILS(utimensat(AT_FDCWD, "/tmp/none", leave, 0), ENOENT));
  const struct timespec now[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
  CHECK(futimens(file, now) == 0 && fstat(file, &found) == 0 && found.st_mtim.tv_sec != 1700000000);
  CHECK(utime("/tmp/dated", &(struct utimbuf){1, 2}) == 0 && fstat(file, &found) == 0 && found.st_mtim.tv_sec == 2);
  const struct timeval micro[2] = {{0, 0}, {3, 4}};
  CHECK(futimes(file, micro) == 0 && fstat(file, &found) == 0 && found.st_mtim.tv_nsec == 4000);
  CHECK(close(file) == 0 && (file = open("/tmp", O_RDONLY)) >= 0 && mkdir("/tmp/aged", 0700) == 0);
  int folder = open("/tmp/aged", O_RDONLY);
  CHECK(futimens(folder, date) == 0 && fchmod(folder, 0500) == 0 && stat("/tmp/aged", &found) == 0);
  CHECK(found.st_mtim.tv_nsec == 123456789 && (found.st_mode & 0777) == 0500);
  CHECK(close(folder) == 0 && close(file) == 0 && rmdir("/tmp/aged") == 0 && unlink("/tmp/dated") == 0);
}

static void descriptors(void) {
  int file = open("/tmp/dup", O_RDWR | O_CREAT, 0600);
  int copy = dup(file);
  CHECK(copy > file && write(file, "abc", 3) == 3 && lseek(copy, 0, SEEK_CUR) == 3);
  CHECK(dup2(file, 100) == 100 && close(100) == 0);
  CHECK(fcntl(file, F_GETFL) == O_RDWR && fcntl(file, F_SETFL, O_NONBLOCK) == 0);
  CHECK(fcntl(copy, F_GETFL) == (O_RDWR | O_NONBLOCK));
  CHECK(close(file) == 0 && close(copy) == 0);
  int opened = 0;
  while ((file = open("/dev/null", O_RDONLY)) >= 0) opened++;
  CHECK(errno == EMFILE && opened > 900);
  while (opened > 0) opened -= close(opened + 2) == 0;
  CHECK(isatty(open("/dev/null", O_RDONLY)) == 0);  // of 0 to 2 it tells what they are outside: tests/hosted/console.py
}

static void devices(void) {
  char bytes[64] = {1};
  int file = open("/dev/zero", O_RDWR);
  CHECK(read(file, bytes, 64) == 64 && bytes[0] == 0);
  file = open("/dev/null", O_RDWR);
  CHECK(read(file, bytes, 64) == 0 && write(file, bytes, 64) == 64);
  file = open("/dev/full", O_RDWR);
  CHECK(FAILS(write(file, bytes, 1), ENOSPC));
  file = open("/dev/urandom", O_RDONLY);
  CHECK(read(file, bytes, 64) == 64);
  int sum = 0;
  for (int i = 0; i < 64; i++) sum += bytes[i] != 0;
  CHECK(sum > 32);
  CHECK(count_entries("/dev", "null") == 9);
  CHECK(count_entries("/", "tmp") == 3);  // data, dev, tmp
  CHECK(count_entries("/data", "sub.txt") == 4);
  CHECK(count_entries("/data/sub", "digits") == 1);
}

static void stdio(void) {
  FILE* file = fopen("/tmp/stdio", "w+");
  CHECK(file);
  for (int i = 0; i < 1000; i++) CHECK(fprintf(file, "line %d\n", i) > 0);
  CHECK(fseek(file, 0, SEEK_SET) == 0);
  char line[32];
  int number = -1;
  for (int i = 0; i < 1000; i++)
    CHECK(fgets(line, sizeof(line), file) && sscanf(line, "line %d", &number) == 1 && number == i);
  CHECK(!fgets(line, sizeof(line), file) && feof(file));
  CHECK(fclose(file) == 0 && remove("/tmp/stdio") == 0);
}

int main(void) {
  embedded();
  temporary();
  dates();
  descriptors();
  devices();
  stdio();
  return success();
}
