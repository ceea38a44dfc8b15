// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <grp.h>: musl's, but for setgroups(), which picolibc's <unistd.h> declares in another way.

#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

struct group {
  char* gr_name;
  char* gr_passwd;
  gid_t gr_gid;
  char** gr_mem;
};

struct group* getgrgid(gid_t id);
struct group* getgrnam(const char* name);
int getgrgid_r(gid_t id, struct group* to, char* buffer, size_t bytes, struct group** found);
int getgrnam_r(const char* name, struct group* to, char* buffer, size_t bytes, struct group** found);
struct group* getgrent(void);
void setgrent(void);
void endgrent(void);
struct group* fgetgrent(FILE* file);
int putgrent(const struct group* from, FILE* file);
int getgrouplist(const char* user, gid_t group, gid_t* to, int* count);
int initgroups(const char* user, gid_t group);

#ifdef __cplusplus
}
#endif
