// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Keeps what a client sends to its end, then sends it back: neither side has to read while it writes. Without Nagle's
// algorithm, as the stack makes large segments only then.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kPort = 7, kMost = 4 << 20 };

static char bytes[kMost];

static void serve(int client) {
  int yes = 1;
  size_t got = 0;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  for (ssize_t more; got < kMost && (more = read(client, bytes + got, kMost - got)) > 0;) got += (size_t)more;
  for (size_t sent = 0; sent < got;) {
    const ssize_t more = write(client, bytes + sent, got - sent);
    if (more <= 0) break;
    sent += (size_t)more;
  }
  close(client);
}

int main(void) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(kPort)};
  if (bind(listener, (const struct sockaddr*)&here, sizeof here) != 0 || listen(listener, 4) != 0) {
    perror("port 7");
    return 1;
  }
  for (;;) {
    const int client = accept(listener, NULL, NULL);
    if (client >= 0) serve(client);
  }
}
