// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Datagrams to everybody on the network, which is oneself: each goes down through stack and driver and comes up again.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { kPort = 7000, kRounds = 100, kMaxBytes = 1400 };

static char sent[kMaxBytes], came[kMaxBytes + 1];

int main(void) {
  const int end = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(end >= 0);
  const int yes = 1;
  CHECK(setsockopt(end, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) == 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(kPort)};
  CHECK(bind(end, (struct sockaddr*)&here, sizeof here) == 0);
  struct sockaddr_in everybody = here;
  CHECK(inet_pton(AF_INET, "10.0.2.255", &everybody.sin_addr) == 1);
  for (int round = 0; round < kRounds; round++) {
    const ssize_t bytes = 1 + round * (kMaxBytes - 1) / (kRounds - 1);
    memset(sent, round, (size_t)bytes);
    CHECK(sendto(end, sent, (size_t)bytes, 0, (struct sockaddr*)&everybody, sizeof everybody) == bytes);
    struct sockaddr_in from = {0};
    socklen_t length = sizeof from;
    CHECK(recvfrom(end, came, sizeof came, 0, (struct sockaddr*)&from, &length) == bytes);
    CHECK(memcmp(sent, came, (size_t)bytes) == 0);
    CHECK(ntohl(from.sin_addr.s_addr) == 0x0a00020f);
    CHECK(ntohs(from.sin_port) == kPort);
  }
  CHECK(close(end) == 0);
  return success();
}
