// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char** words, char** variables) {
  char name[256] = "";
  gethostname(name, sizeof name);
  printf("host %s\n", name);
  for (int i = 1; i < count; ++i) printf("argument %s\n", words[i]);
  for (; *variables; ++variables) printf("variable %s\n", *variables);
  return count > 1 ? atoi(words[1]) : 0;
}
