// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Streams: opening, positions, push-back, ends of files, full devices, several at once.

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"

static void write_file(const char* path, const char* text) {
  FILE* f = fopen(path, "w");
  CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static int holds(const char* path, const char* text) {
  char found[200] = "";
  FILE* f = fopen(path, "r");
  CHECK(f);
  found[fread(found, 1, sizeof(found) - 1, f)] = 0;
  CHECK(fclose(f) == 0);
  return !strcmp(found, text);
}

/* Names that nobody guesses, and the program's own rand() goes on as if they hadn't been made. */
static void temporary(void) {
  srand(1);
  const int drawn = rand();
  srand(1);
  char one[] = "/tmp/aXXXXXX", two[] = "/tmp/aXXXXXX", folder[] = "/tmp/aXXXXXX", ending[] = "/tmp/XXXXXX.c",
       bad[] = "/tmp/XXXXX";
  const int first = mkstemp(one);
  CHECK(first >= 0 && write(first, "x", 1) == 1 && close(first) == 0 && holds(one, "x"));
  srand(1);
  CHECK(close(mkstemp(two)) == 0 && mkdtemp(folder) && close(mkstemps(ending, 2)) == 0 &&
        strcmp(ending + 11, ".c") == 0);
  CHECK(rand() == drawn && mkstemp(bad) == -1 && errno == EINVAL);
  CHECK(remove(one) == 0 && remove(two) == 0 && remove(folder) == 0 && remove(ending) == 0);
}

static void opening(void) {
  write_file("/tmp/a", "Hello");
  CHECK(!fopen("/tmp/a", "wx") && errno == EEXIST && holds("/tmp/a", "Hello"));
  CHECK(!fopen("/tmp/none", "r") && errno == ENOENT);
  CHECK(!fopen("/tmp/a", "q") && errno == EINVAL);
  CHECK(!fopen("/tmp", "w") && errno == EISDIR);
  CHECK(!fopen("/tmp/a", "") && errno == EINVAL && !fdopen(1, "") && !fmemopen(0, 9, ""));
  FILE* f = fopen("/tmp/a", "a+");
  rewind(f);
  CHECK(fputc('X', f) == 'X' && fflush(f) == 0 && ftell(f) == 6 && fclose(f) == 0 && holds("/tmp/a", "HelloX"));
  CHECK(!freopen("/tmp/none", "r", fopen("/tmp/a", "r")));
  f = fopen("/tmp/a", "r");
  CHECK(fputc('q', f) == EOF && ferror(f) && fclose(f) == 0);
  f = tmpfile();
  CHECK(f && fputs("x", f) >= 0);
  rewind(f);
  CHECK(fgetc(f) == 'x' && fclose(f) == 0);
  char name[L_tmpnam];
  CHECK(tmpnam(name) && access(name, F_OK) == -1);
  temporary();
  CHECK(mkdir("/tmp/empty", 0777) == 0 && remove("/tmp/empty") == 0 && remove("/tmp/empty") == -1 && errno == ENOENT);
  CHECK(remove("/tmp/a") == 0 && !popen("ls", "r") && errno == ENOSYS);
}

/// Streams over memory, of no byte at all, too.
static void memory(void) {
  char bytes[] = "0123456789";
  FILE* f = fmemopen(bytes, 4, "w+");
  CHECK(f && fputs("abc", f) >= 0 && fclose(f) == 0 && !memcmp(bytes, "abc\000456789", 11));
  const char* modes[] = {"r", "r+", "w", "w+", "a", "a+"};
  for (int i = 0; i < 6; i++) {
    f = fmemopen(bytes + 4, 0, modes[i]);
    CHECK(f && (modes[i][0] != 'r' || fgetc(f) == EOF));
    if (modes[i][0] != 'r') CHECK(setvbuf(f, 0, _IONBF, 0) == 0 && fputc('x', f) == EOF);
    CHECK(fclose(f) == 0 && bytes[4] == '4');
    f = fmemopen(0, 0, modes[i]);
    CHECK(f && fclose(f) == 0);
  }
  CHECK((f = fmemopen(bytes, 10, "r")) && fseek(f, 0, SEEK_END) == 0 && ftell(f) == 10 && fgetc(f) == EOF);
  CHECK(fseek(f, 11, SEEK_SET) == -1 && fclose(f) == 0);
}

static void reading(void) {
  write_file("/tmp/lines", "a\nb");
  FILE* f = fopen("/tmp/lines", "r");
  char* line = 0;
  size_t room = 0;
  CHECK(getline(&line, &room, f) == 2 && getline(&line, &room, f) == 1 && feof(f));
  CHECK(getline(&line, &room, f) == -1 && getline(&line, &room, f) == -1);
  rewind(f);
  CHECK(!feof(f) && fgetc(f) == 'a' && ungetc('Z', f) == 'Z' && ftell(f) == 0 && fgetc(f) == 'Z');
  CHECK(ungetc('1', f) == '1' && fseek(f, 0, SEEK_SET) == 0 && fgetc(f) == 'a');
  CHECK(fseek(f, 100, SEEK_SET) == 0 && fgetc(f) == EOF && feof(f) && fseek(f, -1, SEEK_SET) == -1);
  CHECK(fclose(f) == 0);
  write_file("/tmp/lines", "");
  f = fopen("/tmp/lines", "r");
  CHECK(getline(&line, &room, f) == -1 && fclose(f) == 0);
  free(line);

  float number;
  write_file("/tmp/lines", "left777 0xg");
  f = fopen("/tmp/lines", "r");
  CHECK(fscanf(f, "%f", &number) == 0 && fgetc(f) == 'l');  // what doesn't match is still there
  CHECK(fscanf(f, "eft%d", &(int){0}) == 1 && fgetc(f) == ' ' && fclose(f) == 0);
  f = fopen("/tmp", "r");
  CHECK(f && fgetc(f) == EOF && errno == EISDIR && fclose(f) == 0);
}

static void writing(void) {
  char text[20];
  FILE* f = fopen("/tmp/b", "w+");
  for (int i = 0; i < 5000; i++) fprintf(f, "%04d", i);
  CHECK(fseek(f, 4000, SEEK_SET) == 0 && fread(text, 1, 8, f) == 8 && !memcmp(text, "10001001", 8));
  fseek(f, 0, SEEK_CUR);
  CHECK(fputs("@@@@", f) >= 0 && fseek(f, -8, SEEK_CUR) == 0 && fread(text, 1, 8, f) == 8 &&
        !memcmp(text, "1001@@@@", 8));
  CHECK(fseek(f, 0, SEEK_END) == 0 && ftell(f) == 20000 && fclose(f) == 0);

  f = fopen("/dev/full", "w");
  CHECK(fputs("data", f) >= 0 && fflush(f) == EOF && errno == ENOSPC && fclose(f) == 0);
  f = fopen("/dev/full", "w");
  CHECK(fputs("data", f) >= 0 && fclose(f) == EOF && errno == ENOSPC);
  f = fmemopen(text, 10, "w");
  CHECK(fputs("12345678", f) >= 0 && fclose(f) == 0 && !strcmp(text, "12345678"));
  char* made;
  size_t length;
  f = open_memstream(&made, &length);
  CHECK(fprintf(f, "%s %d", "made", 5) == 6 && fclose(f) == 0 && length == 6 && !strcmp(made, "made 5"));
  free(made);

  f = fopen("/tmp/w", "w");
  CHECK(fwide(f, 0) == 0 && fwprintf(f, L"wide %d %ls\n", 5, L"str") == 11 && fwide(f, 0) > 0);
  CHECK(fputws(L"more", f) >= 0 && fputwc(L'!', f) == L'!' && fclose(f) == 0 && holds("/tmp/w", "wide 5 str\nmore!"));
  wchar_t wide[20];
  f = fopen("/tmp/w", "r");
  CHECK(fgetws(wide, 20, f) && !wcscmp(wide, L"wide 5 str\n") && fgetwc(f) == L'm' && fclose(f) == 0);
}

/// All streams at once, one of them closed in between.
static void flushing(void) {
  FILE* all[5];
  char path[] = "/tmp/f0";
  for (int i = 0; i < 5; i++) {
    path[6] = (char)('0' + i);
    all[i] = fopen(path, "w");
    CHECK(all[i] && fprintf(all[i], "stream %d", i) == 8);
  }
  CHECK(fclose(all[2]) == 0 && fflush(0) == 0);
  for (int i = 0; i < 5; i++) {
    char text[] = "stream 0";
    path[6] = text[7] = (char)('0' + i);
    CHECK(holds(path, text) && (i == 2 || fclose(all[i]) == 0) && remove(path) == 0);
  }
}

static FILE* shared;
static void* put_lines(void* name) {
  for (int i = 0; i < 200; i++) fprintf(shared, "%s %s %s\n", (char*)name, (char*)name, (char*)name);
  CHECK(fflush(shared) == 0);
  return 0;
}

/// A line comes out whole, also when its thread waits in the middle of writing it.
static void sharing(void) {
  static char small[24];  // 8 of them are for ungetc()
  int ends[2];
  CHECK(pipe(ends) == 0);
  shared = fdopen(ends[1], "w");
  CHECK(shared && setvbuf(shared, small, _IOFBF, sizeof(small)) == 0);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], 0, put_lines, (void*)&"aaaa\0bbbb\0cccc"[i * 5]) == 0);
  FILE* in = fdopen(ends[0], "r");
  char line[100];
  for (int i = 0; i < 600; i++) {
    CHECK(fgets(line, sizeof(line), in) && strlen(line) == 15);
    for (int k = 0; k < 14; k++) CHECK(line[k] == (k % 5 == 4 ? ' ' : line[0]));
  }
  for (int i = 0; i < 3; i++) CHECK(pthread_join(threads[i], 0) == 0);
  flockfile(shared);
  CHECK(ftrylockfile(shared) == 0 && putc_unlocked('x', shared) == 'x');
  funlockfile(shared);
  funlockfile(shared);
  CHECK(fclose(shared) == 0 && fgetc(in) == 'x' && fgetc(in) == EOF && fclose(in) == 0);
}

void streams(void) {
  opening();
  memory();
  reading();
  writing();
  flushing();
  sharing();
}
