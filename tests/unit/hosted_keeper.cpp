// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The user-mode network of an appliance that somebody lets sleep: sockets that it is given, and what it says to its
// keeper. Here the test is the guest and the keeper.
#include <doctest.h>
#include <fcntl.h>
#include <poll.h>

#include "abi/host/keeper.h"
#include "hosted_user_network.h"

using namespace wick::monitor;
using namespace wick::test;
using wick::KeeperWord;

namespace {

/// A door that listens, and a keeper, both given to the network.
struct Kept {
  Kept() {
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    const timeval limit{10, 0};
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    given[0] = fcntl(door.socket, F_DUPFD, 10);
    given[1] = fcntl(ends[1], F_DUPFD, 10);
  }
  ~Kept() {
    for (const int file : {ends[0], ends[1], given[0], given[1]}) close(file);
  }
  Words words() const {
    return {"-p", "/dev/fd/" + std::to_string(given[0]) + ":80", "--keeper", "/dev/fd/" + std::to_string(given[1])};
  }
  KeeperWord hear() const {
    KeeperWord word{};
    CHECK(recv(ends[0], &word, sizeof word, 0) == 1);
    return word;
  }
  void say(KeeperWord word) const { REQUIRE(send(ends[0], &word, sizeof word, 0) == 1); }
  /// Whether a client waits whom nobody takes.
  bool one_waits() const {
    usleep(50'000);
    pollfd waits{door.socket, POLLIN, 0};
    return poll(&waits, 1, 0) == 1;
  }

  Port door{SOCK_STREAM};
  int ends[2], given[2];
};

struct Client {
  explicit Client(std::uint16_t port) : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    REQUIRE(connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Client() {
    const linger now{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(socket);
  }
  int socket;
};

}  // namespace

TEST_CASE("user network: with a keeper no client is taken before the guest has spoken, nor while the network rests") {
  const Kept kept;
  Running running(kept.words());
  Guest guest(running.network.frames);
  {
    const Client early(kept.door.number);
    CHECK(kept.one_waits());
    CHECK(answers(guest));
    CHECK(guest.receive(is_tcp));
    CHECK_FALSE(kept.one_waits());
  }
  CHECK(kept.hear() == KeeperWord::quiet);
  kept.say(KeeperWord::rest);
  CHECK(kept.hear() == KeeperWord::rests);
  const Client late(kept.door.number);
  CHECK(kept.one_waits());
  kept.say(KeeperWord::go_on);
  CHECK(guest.receive(is_tcp));
  CHECK_FALSE(kept.one_waits());
  kept.say(KeeperWord::rest);
  CHECK(kept.hear() == KeeperWord::busy);
}

TEST_CASE("user network: what is no socket for a port or a keeper is refused") {
  const Kept kept;
  const std::string nothing = "/dev/fd/" + std::to_string(open("/dev/null", O_RDONLY));
  for (const Words& words : {Words{"-p", nothing + ":80"}, Words{"-p", "/dev/fd/0:80"}, Words{"-p", "/dev/fd/4000:80"},
                             Words{"--keeper", nothing}, Words{"--keeper", "/dev/fd/"}, Words{"--keeper", "10"}})
    CHECK_FALSE(start_user_network(words, nullptr));
}
