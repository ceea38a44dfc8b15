// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Each argument is family:flags:name ("0:2:www.example"); "crowd:name" asks from 24 threads at once, "log" calls
// syslog() instead.

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kCrowd = 24 };

static void* ask_alone(void* name) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
  int error = getaddrinfo(name, NULL, &hints, &list);
  if (error == 0) freeaddrinfo(list);
  return (void*)(long)error;
}

static void crowd(char* name) {
  pthread_t threads[kCrowd];
  int good = 0;
  for (int i = 0; i < kCrowd; i++) {
    if (pthread_create(&threads[i], NULL, ask_alone, name) != 0) exit(1);
  }
  for (int i = 0; i < kCrowd; i++) {
    void* said;
    pthread_join(threads[i], &said);
    good += said == NULL;
  }
  printf("%s: %d of %d\n", name, good, kCrowd);
}

void log_messages(void);

int main(int count, char** arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < count; i++) {
    char* rest;
    if (strcmp(arguments[i], "log") == 0) {
      log_messages();
      continue;
    }
    if (strncmp(arguments[i], "crowd:", 6) == 0) {
      crowd(arguments[i] + 6);
      continue;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    hints.ai_family = (int)strtol(arguments[i], &rest, 10);
    hints.ai_flags = (int)strtol(rest + 1, &rest, 10);
    int error = getaddrinfo(rest + 1, NULL, &hints, &list), addresses = 0;
    printf("%s:", arguments[i]);
    if (error != 0) {
      printf(" error %d\n", error);
      continue;
    }
    if (list->ai_canonname != NULL) printf(" called %s", list->ai_canonname);
    for (struct addrinfo* one = list; one != NULL; one = one->ai_next, addresses++) {
      char text[INET6_ADDRSTRLEN];
      const void* from = one->ai_family == AF_INET ? (void*)&((struct sockaddr_in*)one->ai_addr)->sin_addr
                                                   : (void*)&((struct sockaddr_in6*)one->ai_addr)->sin6_addr;
      if (addresses < 4) printf(" %s", inet_ntop(one->ai_family, from, text, sizeof(text)));
    }
    printf(" (%d)\n", addresses);
    freeaddrinfo(list);
  }
  return 0;
}
