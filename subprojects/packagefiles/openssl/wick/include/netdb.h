/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSL compiles a way around getaddrinfo() that it then never takes, and it wants to be told of these. */
#pragma once
#include_next <netdb.h>

struct servent {
  char* s_name;
  char** s_aliases;
  int s_port;
  char* s_proto;
};
struct servent* getservbyname(const char* name, const char* protocol);
