// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wick/checkpoint.h>
#include <wick/crash.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace {

constexpr unsigned kInterface = 2;  // behind the loopback
constexpr std::size_t kBytes = 300'000, kSecretBytes = 4 << 20;
std::string kept(kBytes, 'a');
unsigned requests = 0;
long long checkpoint = -2;  // none was asked for

template <typename Clock>
long long now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

/// Of the network's interface.
std::string mac() {
  const int file = socket(AF_INET, SOCK_DGRAM, 0);
  ifreq request{};
  char text[18] = "";
  if (if_indextoname(kInterface, request.ifr_name) && ioctl(file, SIOCGIFHWADDR, &request) == 0) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(request.ifr_hwaddr.sa_data);
    std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
                  bytes[5]);
  }
  close(file);
  return text;
}

/// 32 random bytes in hexadecimal.
std::string drawn() {
  unsigned char bytes[32] = {};
  if (getentropy(bytes, sizeof bytes) != 0) return "none";
  char text[2 * sizeof bytes + 1];
  for (std::size_t i = 0; i < sizeof bytes; ++i) std::snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  return text;
}

/// What the stack gives a socket that doesn't mind.
unsigned port(int kind) {
  const int file = socket(AF_INET, kind, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t length = sizeof address;
  const bool fine = bind(file, reinterpret_cast<const sockaddr*>(&address), length) == 0 &&
                    getsockname(file, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  close(file);
  return fine ? ntohs(address.sin_port) : 0;
}

/// One "key value" a line.
std::string state() {
  unsigned long long entropy = 0;
  (void)getentropy(&entropy, sizeof entropy);
  char text[500];
  std::snprintf(text, sizeof text,
                "requests %u\nreturned %lld\nrestarts %llu\nkept %d\nmonotonic %lld\ndate %lld\n"
                "arc4random %08x\ndevice %08x\nentropy %016llx\ntcp %u\nudp %u\n",
                requests, checkpoint, static_cast<unsigned long long>(wick_restarts()),
                kept == std::string(kBytes, 'b'), now<std::chrono::steady_clock>(), now<std::chrono::system_clock>(),
                arc4random(), std::random_device{}(), entropy, port(SOCK_STREAM), port(SOCK_DGRAM));
  return text + ("mac " + mac() + "\nrandom " + drawn() + "\n");
}

}  // namespace

int main() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  if (bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) || listen(server, 8)) return 1;
  (void)arc4random();  // the generator has a state by now
  kept.assign(kBytes, 'b');
  std::puts("snapshot: main");
  std::fflush(stdout);
  for (;;) {
    const int client = accept(server, nullptr, nullptr);
    char request[512] = "";
    if (read(client, request, sizeof request - 1) <= 0) {
      close(client);
      continue;
    }
    ++requests;
    if (!std::strncmp(request, "GET /checkpoint ", 16)) {
      checkpoint = wick_checkpoint();
      std::printf("snapshot: checkpoint %lld\n", checkpoint);
      std::fflush(stdout);
    }
    if (!std::strncmp(request, "GET /secret ", 12)) {  // of this life alone
      auto* secret = new std::string(kSecretBytes, 'S');
      asm volatile("" ::"r"(secret->data()) : "memory");
    }
    if (!std::strncmp(request, "GET /input ", 11)) {  // for the first time in all lives
      char line[64] = "";
      if (!std::fgets(line, sizeof line, stdin)) std::strcpy(line, "none\n");
      std::printf("snapshot: input %s", line);
      std::fflush(stdout);
    }
    if (!std::strncmp(request, "GET /spin ", 10))  // for ever
      for (;;) asm volatile("");
    if (!std::strncmp(request, "GET /crash ", 11)) {
      kept.assign(kBytes, 'c');
      *reinterpret_cast<volatile int*>(std::size_t{8}) = 1;
    }
    const std::string answer = "HTTP/1.0 200 OK\r\n\r\n" + state();
    (void)write(client, answer.data(), answer.size());
    close(client);
  }
}
