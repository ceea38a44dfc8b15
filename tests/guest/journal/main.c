// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char sector[512];

/// The count of starts, as text in the volume's first sector. @return it, this one included
static int count_start(void) {
  const int volume = open("/dev/data", O_RDWR);
  if (volume < 0 || pread(volume, sector, sizeof sector, 0) != sizeof sector) exit(2);
  const int starts = atoi(sector) + 1;
  memset(sector, 0, sizeof sector);
  snprintf(sector, sizeof sector, "%d", starts);
  if (pwrite(volume, sector, sizeof sector, 0) != sizeof sector || fsync(volume)) exit(3);
  close(volume);
  return starts;
}

int main(void) {
  const int starts = count_start();
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
  if (bind(server, (const struct sockaddr*)&address, sizeof address) || listen(server, 8)) return 1;
  printf("journal: start %d\n", starts);
  fflush(stdout);
  for (;;) {
    const int client = accept(server, NULL, NULL);
    static char request[512], answer[128];
    const ssize_t count = read(client, request, sizeof request - 1);
    if (count > 0 && !strncmp(request, "GET /crash ", 11)) *(volatile int*)NULL = 0;
    const int length = snprintf(answer, sizeof answer, "HTTP/1.0 200 OK\r\n\r\nstart %d\n", starts);
    write(client, answer, (size_t)length);
    close(client);
  }
}
