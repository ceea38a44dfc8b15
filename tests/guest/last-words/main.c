// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Arguments: how many bytes, and how the program ends behind them: "return" with the connection open, "close", "exit"
// on a second thread, "reset" (SO_LINGER of no time), or "datagram": one comes back, and the program ends.

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void* leave(void* unused) {
  (void)unused;
  exit(0);
}

int main(int count, char** arguments) {
  size_t bytes = count > 1 ? (size_t)atol(arguments[1]) : 1;
  const char* how = count > 2 ? arguments[2] : "return";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9000)}, from;
  socklen_t length = sizeof(from);
  char byte;
  if (strcmp(how, "datagram") == 0) {
    int one = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(one, (void*)&address, sizeof(address)) != 0) return 1;
    puts("ready");
    if (recvfrom(one, &byte, 1, 0, (void*)&from, &length) != 1) return 1;
    return sendto(one, &byte, 1, 0, (void*)&from, length) == 1 ? 0 : 1;
  }
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (void*)&address, sizeof(address)) != 0 || listen(listener, 1) != 0) return 1;
  puts("ready");
  int one = accept(listener, NULL, NULL);
  if (recv(one, &byte, 1, 0) != 1) return 1;
  char* words = calloc(bytes, 1);
  if (words == NULL || send(one, words, bytes, 0) != (ssize_t)bytes) return 1;
  puts("sent");
  if (strcmp(how, "close") == 0) close(one);
  if (strcmp(how, "reset") == 0) {
    struct linger now = {1, 0};
    setsockopt(one, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  if (strcmp(how, "exit") == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, NULL);
  }
  return 0;
}
