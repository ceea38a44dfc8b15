// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void put(const char* path, const void* bytes, size_t count) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  CHECK(file >= 0);
  CHECK(write(file, bytes, count) == (ssize_t)count);
  CHECK(close(file) == 0);
}

static void opening(void) {
  CHECK(open("/data/none", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(open("/data/none/deeper", O_RDWR | O_CREAT, 0644) == -1 && errno == ENOENT);
  CHECK(open("/data", O_RDWR) == -1 && errno == EISDIR);
  const int file = open("/data/a", O_RDWR | O_CREAT | O_EXCL, 0640);
  CHECK(file >= 0);
  CHECK(open("/data/a", O_RDWR | O_CREAT | O_EXCL, 0640) == -1 && errno == EEXIST);
  CHECK(open("/data/a/b", O_RDONLY) == -1 && errno == ENOTDIR);
  CHECK(write(file, "hello, host", 11) == 11);
  char text[32] = {0};
  CHECK(lseek(file, 7, SEEK_SET) == 7 && read(file, text, sizeof text) == 4 && strcmp(text, "host") == 0);
  CHECK(read(file, text, sizeof text) == 0);
  CHECK(lseek(file, -4, SEEK_END) == 7);
  CHECK(pwrite(file, "H", 1, 0) == 1 && pread(file, text, 5, 0) == 5 && memcmp(text, "Hello", 5) == 0);
  struct stat found;
  CHECK(fstat(file, &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0777) == 0640 && found.st_size == 11);
  CHECK(ftruncate(file, 5) == 0 && fstat(file, &found) == 0 && found.st_size == 5);
  CHECK(ftruncate(file, 20000) == 0 && pread(file, text, 4, 19996) == 4 && memcmp(text, "\0\0\0\0", 4) == 0);
  CHECK(fchmod(file, 0600) == 0 && stat("/data/a", &found) == 0 && (found.st_mode & 0777) == 0600);
  CHECK(fsync(file) == 0 && fdatasync(file) == 0 && close(file) == 0);
  const int only = open("/data/a", O_RDONLY);
  CHECK(only >= 0 && write(only, "x", 1) == -1 && errno == EBADF && close(only) == 0);
  const int end = open("/data/a", O_WRONLY | O_TRUNC);
  CHECK(end >= 0 && fstat(end, &found) == 0 && found.st_size == 0 && close(end) == 0);
  for (int i = 0; i < 3; i++) {
    const int add = open("/data/a", O_WRONLY | O_APPEND);
    CHECK(add >= 0 && write(add, "abc", 3) == 3 && write(add, "def", 3) == 3 && close(add) == 0);
  }
  CHECK(stat("/data/a", &found) == 0 && found.st_size == 18);
  const struct timespec times[2] = {{1000000000, 0}, {1234567890, 123456789}};
  CHECK(utimensat(AT_FDCWD, "/data/a", times, 0) == 0 && stat("/data/a", &found) == 0);
  CHECK(found.st_mtim.tv_sec == 1234567890 && found.st_mtim.tv_nsec == 123456789);
}

static void names(void) {
  struct stat found;
  CHECK(mkdir("/data/d", 0755) == 0);
  CHECK(mkdir("/data/d", 0755) == -1 && errno == EEXIST);
  CHECK(stat("/data/d", &found) == 0 && S_ISDIR(found.st_mode));
  CHECK(stat("/data", &found) == 0 && S_ISDIR(found.st_mode));
  put("/data/d/one", "1", 1);
  put("/data/d/two", "22", 2);
  CHECK(rmdir("/data/d") == -1 && errno == ENOTEMPTY);
  CHECK(unlink("/data/d") == -1 && (errno == EISDIR || errno == EPERM));
  CHECK(rmdir("/data/d/one") == -1 && errno == ENOTDIR);
  CHECK(rename("/data/d/one", "/data/d/two") == 0);
  CHECK(stat("/data/d/one", &found) == -1 && errno == ENOENT);
  CHECK(stat("/data/d/two", &found) == 0 && found.st_size == 1);
  CHECK(mkdir("/data/e", 0700) == 0 && rename("/data/d/two", "/data/e/three") == 0);
  CHECK(rename("/data/e", "/data/f") == 0 && stat("/data/f/three", &found) == 0 && found.st_size == 1);
  CHECK(rename("/data/none", "/data/x") == -1 && errno == ENOENT);
  CHECK(rename("/data/f", "/elsewhere") == -1 && errno == EXDEV);
  CHECK(rmdir("/data") == -1 && errno == EBUSY);
  CHECK(unlink("/data/f/three") == 0 && rmdir("/data/f") == 0 && rmdir("/data/d") == 0);
  // What is removed while it is open can still be read and written.
  put("/data/gone", "still here", 10);
  const int file = open("/data/gone", O_RDWR);
  char text[16] = {0};
  CHECK(file >= 0 && unlink("/data/gone") == 0 && read(file, text, 10) == 10 && strcmp(text, "still here") == 0);
  CHECK(write(file, "!", 1) == 1 && close(file) == 0);
  CHECK(open("/data/gone", O_RDONLY) == -1 && errno == ENOENT);
  // Deeper than one message leads to, and a name that is too long.
  char path[600] = "/data";
  for (int i = 0; i < 40; i++) {
    strcat(path, "/level");
    CHECK(mkdir(path, 0755) == 0);
  }
  CHECK(stat(path, &found) == 0 && S_ISDIR(found.st_mode));
  strcat(path, "/none");
  CHECK(stat(path, &found) == -1 && errno == ENOENT);
  for (int i = 0; i < 40; i++) {
    *strrchr(path, '/') = '\0';
    CHECK(rmdir(path) == 0);
  }
  memset(path, 'n', 300);
  memcpy(path, "/data/", 6);
  path[300] = '\0';
  CHECK(mkdir(path, 0755) == -1 && errno == ENAMETOOLONG);
}

static int count(const char* path, int remove_them) {
  DIR* directory = opendir(path);
  CHECK(directory);
  int seen = 0;
  for (struct dirent* entry; (entry = readdir(directory));) {
    char name[400];
    CHECK(strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    struct stat found;
    CHECK(stat(name, &found) == 0 && found.st_ino == (ino_t)entry->d_ino);
    if (remove_them) CHECK(unlink(name) == 0);
    seen++;
  }
  CHECK(closedir(directory) == 0);
  return seen;
}

static void listing(void) {
  enum { kMany = 700 };
  CHECK(mkdir("/data/many", 0755) == 0);
  for (int i = 0; i < kMany; i++) {
    char name[64];
    snprintf(name, sizeof name, "/data/many/file-with-a-longer-name-%04d", i);
    put(name, name, 5);
  }
  CHECK(count("/data/many", 0) == kMany);
  // Two at once, each from where it was; and back to a place.
  DIR* first = opendir("/data/many");
  DIR* second = opendir("/data/many");
  CHECK(first && second);
  char place_name[256] = "";
  long place = 0;
  for (int i = 0; i < kMany; i++) {
    if (i == 300) place = telldir(first);
    const struct dirent* a = readdir(first);
    CHECK(a);
    char name[256];
    strcpy(name, a->d_name);
    if (i == 300) strcpy(place_name, name);
    const struct dirent* b = readdir(second);
    CHECK(b && strcmp(name, b->d_name) == 0);
  }
  CHECK(!readdir(first) && !readdir(second));
  seekdir(first, place);
  const struct dirent* again = readdir(first);
  CHECK(again && strcmp(again->d_name, place_name) == 0);
  rewinddir(first);
  CHECK(readdir(first));
  CHECK(closedir(first) == 0 && closedir(second) == 0);
  CHECK(count("/data/many", 1) == kMany && count("/data/many", 0) == 0);
  CHECK(rmdir("/data/many") == 0);
  CHECK(opendir("/data/many") == NULL && errno == ENOENT);
}

static unsigned char pattern(size_t at) { return (unsigned char)(at * 31 + at / 4093); }

static void large(void) {
  enum { kBytes = 3000001 };
  unsigned char* bytes = malloc(kBytes);
  CHECK(bytes);
  for (size_t i = 0; i < kBytes; i++) bytes[i] = pattern(i);
  put("/data/large", bytes, kBytes);
  memset(bytes, 0, kBytes);
  const int file = open("/data/large", O_RDONLY);
  CHECK(file >= 0 && read(file, bytes, kBytes) == kBytes);
  for (size_t i = 0; i < kBytes; i++) CHECK(bytes[i] == pattern(i));
  CHECK(pread(file, bytes, kBytes, kBytes - 10) == 10 && bytes[0] == pattern(kBytes - 10));
  CHECK(close(file) == 0);
  free(bytes);
  struct statvfs space;
  CHECK(statvfs("/data", &space) == 0 && space.f_bsize > 0 && space.f_blocks > 0);
}

static void* writer(void* its) {
  char path[32];
  snprintf(path, sizeof path, "/data/thread%ld", (long)its);
  for (int i = 0; i < 50; i++) {
    char text[16];
    snprintf(text, sizeof text, "%ld %d", (long)its, i);
    put(path, text, strlen(text) + 1);
    const int file = open(path, O_RDONLY);
    char back[16];
    CHECK(file >= 0 && read(file, back, sizeof back) == (ssize_t)strlen(text) + 1 && strcmp(text, back) == 0);
    CHECK(close(file) == 0);
  }
  CHECK(unlink(path) == 0);
  return NULL;
}

static void threads(void) {
  pthread_t all[4];
  for (long i = 0; i < 4; i++) CHECK(pthread_create(&all[i], NULL, writer, (void*)i) == 0);
  for (int i = 0; i < 4; i++) CHECK(pthread_join(all[i], NULL) == 0);
}

static void many_open(void) {
  enum { kOpen = 200 };
  int files[kOpen];
  put("/data/often", "x", 1);
  for (int i = 0; i < kOpen; i++) CHECK((files[i] = open("/data/often", O_RDONLY)) >= 0);
  for (int i = 0; i < kOpen; i++) CHECK(close(files[i]) == 0);
  CHECK(unlink("/data/often") == 0);
}

/// What the host has put there comes back under another name, and the host's links and pipes are not followed.
static int exchange(void) {
  static char bytes[1 << 16];
  const int from = open("/data/from host/file", O_RDONLY), to = open("/data/to host", O_WRONLY | O_CREAT, 0644);
  CHECK(from >= 0 && to >= 0);
  for (ssize_t got; (got = read(from, bytes, sizeof bytes)) != 0;)
    CHECK(got > 0 && write(to, bytes, (size_t)got) == got);
  CHECK(fsync(to) == 0 && close(to) == 0 && close(from) == 0);
  struct stat found;
  CHECK(stat("/data/link", &found) == 0 && S_ISLNK(found.st_mode));
  CHECK(open("/data/link", O_RDONLY) == -1 && errno == ELOOP);
  CHECK(open("/data/way/passwd", O_RDONLY) == -1);
  CHECK(stat("/data/pipe", &found) == 0 && S_ISFIFO(found.st_mode));
  CHECK(open("/data/pipe", O_RDONLY) == -1 && errno == ENXIO);
  CHECK(mkdir("/data/made", 0750) == 0 && rename("/data/moved", "/data/made/moved") == 0);
  CHECK(unlink("/data/unwanted") == 0);
  CHECK(count("/data/listed", 0) == 3);
  const int other = open("/other/also", O_RDWR);
  CHECK(other >= 0 && read(other, bytes, 4) == 4 && memcmp(bytes, "also", 4) == 0 && close(other) == 0);
  return success();
}

/// A folder that may only be read.
static int only_read(void) {
  char text[8] = {0};
  const int file = open("/data/file", O_RDONLY);
  CHECK(file >= 0 && read(file, text, 8) == 4 && strcmp(text, "read") == 0 && close(file) == 0);
  CHECK(open("/data/file", O_RDWR) == -1 && (errno == EROFS || errno == EACCES));
  CHECK(mkdir("/data/d", 0755) == -1 && (errno == EROFS || errno == EACCES));
  CHECK(unlink("/data/file") == -1 && (errno == EROFS || errno == EACCES));
  return success();
}

int main(int count_of_words, char** words) {
  if (count_of_words == 2 && strcmp(words[1], "exchange") == 0) return exchange();
  if (count_of_words == 2 && strcmp(words[1], "only-read") == 0) return only_read();
  opening();
  names();
  listing();
  large();
  threads();
  many_open();
  const int folder = open("/data", O_RDONLY | O_DIRECTORY);
  CHECK(folder >= 0 && fsync(folder) == 0 && close(folder) == 0);
  return success();
}
