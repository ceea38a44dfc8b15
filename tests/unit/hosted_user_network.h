// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tests of the user-mode network share: a running one, ports and programs of the host's.

#include <netinet/in.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "hosted_guest.h"
#include "monitor/network/user_network.h"

namespace wick::test {

using namespace wick::monitor;

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A bound socket of the host, and its port: someone else's, or, once closed, one that is free.
struct Port {
  explicit Port(int type) : socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    REQUIRE(bind(socket, reinterpret_cast<sockaddr*>(&address), length) == 0);
    if (type == SOCK_STREAM) REQUIRE(listen(socket, 1) == 0);
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    number = ntohs(address.sin_port);
  }
  ~Port() { close(socket); }
  int socket;
  std::uint16_t number = 0;
};

inline std::uint16_t free_port(int type) { return Port(type).number; }

using Words = std::vector<std::string>;

inline Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Words forward(std::uint16_t host, std::uint16_t guest, bool udp = false) {
  return {"-p", std::to_string(host) + ":" + std::to_string(guest) + (udp ? "/udp" : "")};
}

/// The process that serves the network, of the one that holds its ports.
inline pid_t child_of(pid_t process) {
  const std::string id = std::to_string(process);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  pid_t child = 0;
  file >> child;
  return child;
}

/// Ended by the destructor as the monitor would end it, and has to end well.
struct Running {
  explicit Running(Words words = {}) {
    auto started = start_user_network(std::move(words), nullptr);
    REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error()));
    network = *started;
  }
  ~Running() {
    close(network.frames);
    int status = -1;
    CHECK(waitpid(network.process, &status, 0) == network.process);
    CHECK(status == 0);
  }
  UserNetwork network;
};

inline bool is_udp(const Bytes& frame) { return frame.size() >= 42 && get(frame, 12, 2) == 0x0800 && frame[23] == 17; }

/// No question that was asked again because this test took its time.
inline bool acknowledges(const Bytes& frame) { return is_tcp(frame) && segment_of(frame).flags & kAckBit; }

inline Bytes dhcp_discover() {
  return udp(68, 67, Bytes(4, 0), Bytes(4, 255),
             Bytes{1, 1, 6, 0} + be32(0x1234) + Bytes(20, 0) + kGuestMac + Bytes(202, 0) +
                 Bytes{99, 130, 83, 99, 53, 1, 1, 255});
}

/// A host's program that asks at a forwarded port.
struct Asking : Port {
  explicit Asking(std::uint16_t port) : Port(SOCK_DGRAM) {
    const sockaddr_in address = loopback(port);
    REQUIRE(connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval limit{10, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
};

/// Whether it says that frames for this address are for it.
inline bool answers(Guest& guest, const Bytes& address = kRouterAddress) {
  guest.send(Guest::arp(1, kGuestAddress, Bytes(6, 0), address));
  return guest.receive([](const Bytes& f) { return f.size() >= 42 && get(f, 12, 2) == 0x0806 && get(f, 20, 2) == 2; })
      .has_value();
}

}  // namespace wick::test
