/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Who the users are: the files of the appliance say so, else there is root. Nobody else is asked. */
#undef fopen
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char root[] = "root:x:0:0:root:/:/bin/false\n";
static char root_group[] = "root:x:0:\n";

FILE* wick_open_users(const char* path, const char* mode) {
  const int before = errno;
  FILE* file = fopen(path, mode);
  if (file || errno != ENOENT) return file;
  errno = before;
  if (strcmp(path, "/etc/passwd") == 0) return fmemopen(root, strlen(root), "r");
  if (strcmp(path, "/etc/group") == 0) return fmemopen(root_group, strlen(root_group), "r");
  errno = ENOENT;
  return NULL;
}

/* musl asks a daemon of names next: "not found". */
hidden FILE* __nscd_query(int32_t request, const char* key, int32_t* answer, size_t bytes, int* swap) {
  (void)request, (void)key;
  memset(answer, 0, bytes);
  *swap = 0;
  return fopen("/dev/null", "r");
}
