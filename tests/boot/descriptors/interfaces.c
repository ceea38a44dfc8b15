// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Interfaces and their addresses; and names that the appliance's own files know, which another machine hasn't.

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static struct in_addr address_of(const struct sockaddr* from) { return ((const struct sockaddr_in*)from)->sin_addr; }

static void list(void) {
  struct ifaddrs* all;
  unsigned loopbacks = 0;
  CHECK(getifaddrs(&all) == 0);
  for (struct ifaddrs* one = all; one; one = one->ifa_next) {
    unsigned number = if_nametoindex(one->ifa_name);
    char name[IF_NAMESIZE];
    CHECK(number > 0 && strcmp(if_indextoname(number, name), one->ifa_name) == 0);
    if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET) continue;
    CHECK(one->ifa_netmask->sa_family == AF_INET && (one->ifa_flags & IFF_UP));
    if (!(one->ifa_flags & IFF_LOOPBACK)) continue;
    loopbacks++;
    CHECK(address_of(one->ifa_addr).s_addr == htonl(INADDR_LOOPBACK));
    CHECK(address_of(one->ifa_netmask).s_addr == htonl(0xff000000) && strcmp(one->ifa_name, "lo") == 0);
  }
  CHECK(loopbacks == 1);
  freeifaddrs(all);

  struct if_nameindex* names = if_nameindex();
  CHECK(names != NULL && names[0].if_index > 0 && names[0].if_name != NULL);
  if_freenameindex(names);
  CHECK(if_nametoindex("none") == 0 && errno == ENODEV);
}

static void requests(void) {
  int any = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq asked = {.ifr_name = "lo"};
  struct ifreq room[8];
  struct ifconf all = {.ifc_len = sizeof(room)};
  all.ifc_req = room;
  CHECK(ioctl(any, SIOCGIFADDR, &asked) == 0 && address_of(&asked.ifr_addr).s_addr == htonl(INADDR_LOOPBACK));
  CHECK(ioctl(any, SIOCGIFFLAGS, &asked) == 0 && (asked.ifr_flags & IFF_LOOPBACK) && (asked.ifr_flags & IFF_UP));
  CHECK(ioctl(any, SIOCGIFINDEX, &asked) == 0 && asked.ifr_ifindex == (int)if_nametoindex("lo"));
  CHECK(ioctl(any, SIOCGIFMTU, &asked) == 0 && asked.ifr_mtu >= 1280);
  CHECK(ioctl(any, SIOCGIFCONF, &all) == 0 && all.ifc_len >= (int)sizeof(struct ifreq));
  strcpy(asked.ifr_name, "none");
  CHECK(ioctl(any, SIOCGIFADDR, &asked) == -1 && errno == ENODEV && close(any) == 0);
}

#ifndef __linux__
static const char* first(const char* node, const char* service, int family, int flags, unsigned* port) {
  static char text[INET6_ADDRSTRLEN];
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags}, *found;
  int wrong = getaddrinfo(node, service, &hints, &found);
  if (wrong != 0) return gai_strerror(wrong);
  CHECK(getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0);
  if (port) *port = ntohs(((struct sockaddr_in*)found->ai_addr)->sin_port);
  freeaddrinfo(found);
  return text;
}

static void own_files(void) {
  unsigned port;
  char host[NI_MAXHOST], service[NI_MAXSERV];
  CHECK(strcmp(first("MACHINE.example", "ours", AF_INET, 0, &port), "10.0.2.77") == 0 && port == 7777);
  CHECK(strcmp(first("m", "our", AF_UNSPEC, 0, &port), "10.0.2.77") == 0 && port == 7777);
  CHECK(strcmp(first("machine.example.", "https", AF_INET6, 0, &port), "fd00::77") == 0 && port == 443);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7778)};
  CHECK(inet_pton(AF_INET, "10.0.2.77", &address.sin_addr) == 1);
  CHECK(getnameinfo((struct sockaddr*)&address, sizeof(address), host, sizeof(host), service, sizeof(service),
                    NI_DGRAM) == 0);
  CHECK(strcmp(host, "Machine.example") == 0 && strcmp(service, "ours") == 0);
  CHECK(inet_pton(AF_INET, "10.0.2.99", &address.sin_addr) == 1);
  CHECK(getnameinfo((struct sockaddr*)&address, sizeof(address), host, sizeof(host), NULL, 0, NI_NAMEREQD) ==
        EAI_NONAME);
  CHECK(getnameinfo((struct sockaddr*)&address, sizeof(address), host, sizeof(host), service, sizeof(service),
                    NI_NUMERICSERV) == 0);
  CHECK(strcmp(host, "10.0.2.99") == 0 && strcmp(service, "7778") == 0);
}
#endif

void interfaces(void) {
  list();
  requests();
#ifndef __linux__
  own_files();
#endif
}
