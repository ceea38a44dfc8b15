// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Waits for each piece and never blocks in read().
static int by_poll(void) {
  char bytes[300];
  fcntl(0, F_SETFL, O_NONBLOCK);
  struct pollfd input = {0, POLLIN, 0};
  for (;;) {
    if (poll(&input, 1, -1) != 1 || input.revents != POLLIN) return 1;
    const ssize_t count = read(0, bytes, sizeof(bytes));
    if (count <= 0) return count < 0;
    write(1, bytes, (size_t)count);
  }
}

/// Line by line, to the end of the stream.
static int by_line(void) {
  char line[200];
  int lines = 0;
  while (fgets(line, sizeof(line), stdin)) lines++;
  printf("%d lines, eof %d", lines, feof(stdin) != 0);
  return 0;
}

int main(int count, char** words) {
  if (count > 1 && !strcmp(words[1], "tty")) return printf("%d%d%d", isatty(0), isatty(1), isatty(2)) != 3;
  if (count > 1 && !strcmp(words[1], "poll")) return by_poll();
  if (count > 1 && !strcmp(words[1], "lines")) return by_line();
  char bytes[5000];
  for (ssize_t got; (got = read(0, bytes, sizeof(bytes))) > 0;) write(1, bytes, (size_t)got);
  return 0;
}
