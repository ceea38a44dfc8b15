// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Stands in for the library OS around an application of the event API: the clock, the embedded files (a folder of the
// host) and the network thread's loop over a tap. Usage: PROGRAM TAP ADDRESS/LEN FOLDER [--plain] [application's
// arguments]. --plain leaves all offloads out.

#include <poll.h>
#include <sys/mman.h>
#include <wick/crash.h>
#include <wick/memory.h>
#include <wick/net.h>
#include <wick/rom.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "boot/checkpoint.h"
#include "lwip/ip4_addr.h"
#include "lwip/netif.h"
#include "net/configure.h"
#include "net/stack.h"
#include "tap_device.h"

int application_main(int count, char** arguments);

namespace {

wick::native_stack::TapDevice tap;
std::map<std::string, std::string> files;

wick::Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return wick::Nanoseconds{static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
                           static_cast<std::uint64_t>(time.tv_nsec)};
}

}  // namespace

extern "C" void wick_net_assertion(const char* sentence) {
  std::fprintf(stderr, "lwIP: %s\n", sentence);
  std::abort();
}

extern "C" uint64_t wick_restarts() { return 0; }
extern "C" const char* wick_last_crash_cause() { return "none"; }
extern "C" int64_t wick_checkpoint() { return -1; }

std::uint32_t wick::boot::life() { return 0; }

namespace wick {

memory::Statistics memory::statistics() { return {}; }

std::size_t rom::count() { return files.size(); }

rom::File rom::file(std::size_t number) {
  auto at = std::next(files.begin(), static_cast<std::ptrdiff_t>(number));
  return {at->first, at->second, 1, false};
}

void net::serve() {
  net::Stack& stack = net::stack();
  for (;;) {
    Nanoseconds next = stack.turn(now());
    if (raw(next) <= raw(now())) continue;
    pollfd wait{tap.descriptor(), POLLIN, 0};
    ::poll(&wait, 1, static_cast<int>((raw(next) - raw(now())) / 1'000'000 + 1));
  }
}

}  // namespace wick

int main(int count, char** arguments) {
  if (count < 4) return 2;
  bool plain = count > 4 && std::strcmp(arguments[4], "--plain") == 0;
  if (!tap.open(arguments[1], !plain)) {
    std::perror("tap");
    return 1;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[3])) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files["/www/" + std::filesystem::relative(entry.path(), arguments[3]).string()] = {
        std::istreambuf_iterator<char>(file), {}};
  }
  wick::net::stack().start(256);
  wick::net::Interface* interface = wick::net::stack().attach(tap, 0);
  if (!wick::net::use_address4(*interface, arguments[2], "")) return 2;
  wick::net::use_automatic6(*interface);
  arguments[3 + plain] = arguments[0];
  return application_main(count - 3 - plain, arguments + 3 + plain);
}
