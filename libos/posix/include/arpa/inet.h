// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <arpa/inet.h>, which picolibc lacks.

#include <netinet/in.h>

#ifdef __cplusplus
extern "C" {
#endif

in_addr_t inet_addr(const char* text);
int inet_aton(const char* text, struct in_addr* to);
char* inet_ntoa(struct in_addr address);
int inet_pton(int family, const char* text, void* to);
const char* inet_ntop(int family, const void* from, char* to, socklen_t capacity);

#ifdef __cplusplus
}
#endif
