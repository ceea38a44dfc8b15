// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// main SECONDS: sends what CLOCK_MONOTONIC says, in nanoseconds, in datagrams that who carries them stamps with its own
// time: several at once, so that neighbours are known, and again behind so many seconds.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kPort = 9, kTimes = 5 };

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(kPort), .sin_addr = {inet_addr("10.0.2.2")}};
  const int handle = socket(AF_INET, SOCK_DGRAM, 0);
  if (handle < 0) return perror("socket"), 1;
  for (int turn = 0; turn < 2; turn++) {
    if (turn) sleep((unsigned)atoi(arguments[1]));
    for (int i = 0; i < kTimes; i++) {
      sleep(1);
      struct timespec now;
      clock_gettime(CLOCK_MONOTONIC, &now);
      const int64_t said = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
      if (sendto(handle, &said, sizeof said, 0, (const struct sockaddr*)&to, sizeof to) != sizeof said)
        return perror("sendto"), 1;
    }
  }
  return 0;
}
