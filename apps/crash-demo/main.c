// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A server with a bug, on purpose. One connection at a time: it is the restart that is to be seen.

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wick/crash.h>

struct Visitor {
  int visits;
};

__attribute__((noinline)) static void count_visit(volatile struct Visitor* visitor) { visitor->visits++; }

static void answer(int client, const char* type, const void* body, size_t length) {
  char head[160];
  const int count =
      snprintf(head, sizeof head,
               "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", type, length);
  write(client, head, (size_t)count);
  write(client, body, length);
}

static void answer_state(int client) {
  char body[120];
  const int count = snprintf(body, sizeof body, "restarts %llu, last crash: %s\n", (unsigned long long)wick_restarts(),
                             wick_last_crash_cause());
  answer(client, "text/plain", body, (size_t)count);
}

/// The record of the last crash as it is: `wick crash FILE` reads it.
static void answer_record(int client) {
  static char record[4096];
  const int file = open("/dev/crash", O_RDONLY);
  const ssize_t count = file < 0 ? 0 : read(file, record, sizeof record);
  if (file >= 0) close(file);
  answer(client, "application/octet-stream", record, count > 0 ? (size_t)count : 0);
}

static void serve(int client) {
  static char request[1024];
  const ssize_t count = read(client, request, sizeof request - 1);
  if (count <= 0) return;
  request[count] = 0;
  if (!strncmp(request, "GET /crash ", 11)) count_visit(NULL);
  if (!strncmp(request, "GET /abort ", 11)) abort();
  if (!strncmp(request, "GET /record ", 12)) return answer_record(client);
  answer_state(client);
}

int main(void) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
  const int on = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (const struct sockaddr*)&address, sizeof address) || listen(server, 8)) {
    perror("crash-demo");
    return 1;
  }
  printf("crash-demo: start %llu\n", (unsigned long long)wick_restarts() + 1);
  fflush(stdout);
  for (;;) {
    const int client = accept(server, NULL, NULL);
    if (client < 0) continue;
    serve(client);
    close(client);
  }
}
