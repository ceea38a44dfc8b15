// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a debugger is tried on. Alone it counts and ends with 42. With the argument "crash" it dies in a nested
// function; with "sleep" it is idle; with "spin" it runs, without a call, until somebody sets `released` from outside,
// and then finds out whether its registers were left alone meanwhile.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int total;
volatile int released;

__attribute__((noinline)) int count_up(int value) {
  int before = total;
  total = before + value;
  return total;
}

__attribute__((noinline)) void poke(int* where) {
  *where = 7;
  puts("not reached");
}

__attribute__((noinline)) int spin(void) {
  double halves = 0;
  long count = 0;
  while (!released) {
    halves += 0.5;
    ++count;
  }
  return halves * 2 == (double)count;
}

int main(int count, char** words) {
  const char* what = count > 1 ? words[1] : "";
  for (int i = 1; i <= 4; ++i) count_up(i);
  printf("total %d\n", total);
  if (strcmp(what, "crash") == 0) poke((int*)8);
  if (strcmp(what, "sleep") == 0) sleep(60);
  if (strcmp(what, "spin") == 0) puts(spin() ? "registers are right" : "registers are WRONG");
  return 42;
}
