// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Prints what the instance's data may have changed, a line each; with or without such data it is a success.

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static void print_file(const char* path) {
  struct stat found;
  char content[64] = "";
  FILE* const file = fopen(path, "r");
  if (!file) {
    printf("%s: %s\n", path, strerror(errno));
    return;
  }
  CHECK(stat(path, &found) == 0);
  CHECK(fread(content, 1, sizeof content - 1, file) == (size_t)found.st_size);
  fclose(file);
  content[strcspn(content, "\n")] = '\0';
  printf("%s: %o %s\n", path, (unsigned)found.st_mode, content);
}

static void print_addresses(void) {
  struct ifaddrs* all;
  CHECK(getifaddrs(&all) == 0);
  for (const struct ifaddrs* one = all; one; one = one->ifa_next) {
    char text[INET6_ADDRSTRLEN], mask[INET6_ADDRSTRLEN];
    if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || !strcmp(one->ifa_name, "lo")) continue;
    inet_ntop(AF_INET, &((struct sockaddr_in*)one->ifa_addr)->sin_addr, text, sizeof text);
    inet_ntop(AF_INET, &((struct sockaddr_in*)one->ifa_netmask)->sin_addr, mask, sizeof mask);
    printf("%s: %s %s\n", one->ifa_name, text, mask);
  }
  freeifaddrs(all);
}

int main(int argc, char** argv) {
  char host[64];
  CHECK(gethostname(host, sizeof host) == 0);
  printf("host: %s\n", host);
  for (int i = 1; i < argc; i++) printf("argument: %s\n", argv[i]);
  printf("variables: %s %s %s\n", getenv("A"), getenv("B"), getenv("C"));
  print_file("/etc/motd");
  print_file("/etc/shop/key");
  print_addresses();
  return success();
}
