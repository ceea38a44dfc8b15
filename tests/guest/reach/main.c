// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Connects to each address and port among its arguments and tells what it read there, or why it couldn't.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_to(const char* address, unsigned port) {
  int is_v6 = strchr(address, ':') != NULL;
  int file = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(is_v6 ? AF_INET6 : AF_INET, address, is_v6 ? (void*)&to6.sin6_addr : (void*)&to4.sin_addr);
  const struct sockaddr* to = is_v6 ? (const struct sockaddr*)&to6 : (const struct sockaddr*)&to4;
  if (connect(file, to, is_v6 ? sizeof to6 : sizeof to4) == 0) return file;
  int why = errno;
  close(file);
  errno = why;
  return -1;
}

int main(int count, char** words) {
  sleep(2);  // addresses come by themselves
  for (int i = 1; i + 1 < count; i += 2) {
    char text[64] = "";
    int file = connect_to(words[i], (unsigned)atoi(words[i + 1]));
    if (file < 0) {
      printf("%s %s: %s\n", words[i], words[i + 1], strerror(errno));
      continue;
    }
    ssize_t length = read(file, text, sizeof text - 1);
    printf("%s %s: reached, %zd bytes: %s\n", words[i], words[i + 1], length, text);
    close(file);
  }
  puts("reach: end");
  return 0;
}
