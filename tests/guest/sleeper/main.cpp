// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wick/checkpoint.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kPoisoned = 3;
unsigned requests = 0;
bool poisoned = false;

bool asks(const char* request, const char* path) {
  return !std::strncmp(request, "GET ", 4) && !std::strncmp(request + 4, path, std::strlen(path));
}

}  // namespace

int main() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  if (bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) || listen(server, 32)) return 1;
  wick_checkpoint();
  for (;;) {
    const int client = accept(server, nullptr, nullptr);
    if (poisoned) _exit(kPoisoned);
    char request[1024] = "";
    if (read(client, request, sizeof request - 1) > 0) {
      poisoned = asks(request, "/poison ");
      if (asks(request, "/exit ")) _exit(0);
      char answer[128];
      const int length = std::snprintf(answer, sizeof answer, "HTTP/1.0 200 OK\r\n\r\nrequest %u\n", ++requests);
      (void)write(client, answer, static_cast<std::size_t>(length));
      if (asks(request, "/stay ")) (void)read(client, request, sizeof request);
    }
    close(client);
  }
}
