// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void* serve(void* nothing) {
  static const char kAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nspins\n";
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
  if (listener < 0 || bind(listener, (const struct sockaddr*)&address, sizeof(address)) != 0 ||
      listen(listener, 8) != 0)
    _exit(1);
  puts("serving");
  for (int client; (client = accept(listener, NULL, NULL)) >= 0; close(client)) {
    char request[1024];
    ssize_t length;
    while ((length = recv(client, request, sizeof(request), 0)) > 0) {
      if (send(client, kAnswer, strlen(kAnswer), 0) < 0) break;
    }
  }
  return nothing;
}

int main(int count, char** words) {
  const int urgent = count > 1 && strcmp(words[1], "urgent") == 0;
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve, NULL) != 0) return 1;
  const struct sched_param server = {.sched_priority = 20}, own = {.sched_priority = 10};
  if (urgent && (pthread_setschedparam(thread, SCHED_FIFO, &server) != 0 ||
                 pthread_setschedparam(pthread_self(), SCHED_FIFO, &own) != 0))
    return 1;
  for (volatile unsigned long spins = 0;;) spins = spins + 1;
}
