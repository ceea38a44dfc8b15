// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The user-mode network where something begins or ends: a guest that starts anew, one that has said its last, a client
// that reads late, rings with nonsense in them. Here the test is the guest.
#include <doctest.h>
#include <signal.h>

#include <memory>

#include "hosted_user_network.h"

using namespace wick::monitor;
using namespace wick::test;

/// Connects to a forwarded port. @return what the guest is asked by that
static Segment asked_by(int client, std::uint16_t port, Guest& guest) {
  const sockaddr_in address = loopback(port);
  REQUIRE(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return segment_of(guest.receive(is_tcp).value());
}

TEST_CASE("user network: a datagram waits for a guest that begins anew until it has its address") {
  const std::uint16_t port = free_port(SOCK_DGRAM);
  Running running(forward(port, 53, true));
  Guest guest(running.network.frames);
  CHECK(answers(guest));  // of the life before
  guest.send(dhcp_discover());
  REQUIRE(guest.receive([](const Bytes& f) { return is_udp(f) && get(f, 36, 2) == 68; }));
  const Asking client(port);
  REQUIRE(send(client.socket, "who", 3, 0) == 3);
  unsigned early = 0;
  for (unsigned questions = 0; questions < 3; ++questions)  // unanswered
    REQUIRE(guest.receive([&](const Bytes& f) {
      early += is_udp(f);
      return get(f, 12, 2) == 0x0806;
    }));
  CHECK(early == 0);
  CHECK(guest.receive(is_udp));
}

TEST_CASE("user network: what a guest has sent is passed on, though who started it is gone") {
  const std::uint16_t port = free_port(SOCK_DGRAM);
  Running running(forward(port, 53, true));
  Guest guest(running.network.frames);
  const Asking client(port);
  REQUIRE(send(client.socket, "who", 3, 0) == 3);
  const auto question = guest.receive(is_udp);
  REQUIRE(question);
  constexpr unsigned kAnswers = 100;
  const pid_t worker = child_of(running.network.process);
  for (unsigned number = 0; number < kAnswers; ++number)
    guest.send(udp(53, get(*question, 34, 2), kGuestAddress, kRouterAddress, text("me")));
  REQUIRE(kill(worker, SIGTERM) == 0);
  char answer[8];
  unsigned got = 0;
  while (got < kAnswers && recv(client.socket, answer, sizeof answer, 0) == 2) ++got;
  CHECK(got == kAnswers);
}

TEST_CASE("user network: a guest's end is acknowledged when the client's host has all that came before it") {
  const std::uint16_t port = free_port(SOCK_STREAM);
  Running running(forward(port, 80));
  Guest guest(running.network.frames);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), little = 4096;
  setsockopt(client, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  const Segment asked = asked_by(client, port, guest);
  const unsigned to = asked.from_port;
  std::uint32_t at = 1001;
  guest.send(tcp({80, to, 1000, asked.sequence + 1, kSynBit | kAckBit}));
  REQUIRE(guest.receive(acknowledges));
  // Until nothing more is taken.
  std::uint32_t taken = 0;
  for (unsigned window = 65'535; window >= 1400; at += 1400) {
    guest.send(tcp({80, to, at, asked.sequence + 1, kAckBit | kPshBit, Bytes(1400, 'x')}));
    const auto answer =
        guest.receive([&](const Bytes& f) { return is_tcp(f) && std::int32_t(segment_of(f).acknowledged - at) > 0; });
    REQUIRE(answer);
    taken = segment_of(*answer).acknowledged;
    window = get(*answer, 48, 2);
  }
  REQUIRE(taken == at);
  guest.send(tcp({80, to, at, asked.sequence + 1, kAckBit | kFinBit}));
  usleep(200'000);
  guest.send(Guest::arp(1, kGuestAddress, Bytes(6, 0), kRouterAddress));
  bool early = false;
  REQUIRE(guest.receive([&](const Bytes& f) {
    early |= is_tcp(f) && segment_of(f).acknowledged == at + 1;
    return get(f, 12, 2) == 0x0806;
  }));
  CHECK(!early);
  std::size_t got = 0;
  char bytes[65'536];
  for (ssize_t part; (part = recv(client, bytes, sizeof bytes, 0)) > 0;) got += std::size_t(part);
  CHECK(got == at - 1001);
  CHECK(guest.receive([&](const Bytes& f) { return is_tcp(f) && segment_of(f).acknowledged == at + 1; }));
  close(client);
}

TEST_CASE("user network: a client's reset reaches the guest, right behind its data, too") {
  const std::uint16_t port = free_port(SOCK_STREAM);
  Running running(forward(port, 80));
  Guest guest(running.network.frames);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const Segment asked = asked_by(client, port, guest);
  guest.send(tcp({80, asked.from_port, 1000, asked.sequence + 1, kSynBit | kAckBit}));
  REQUIRE(guest.receive(acknowledges));
  // Both arrive before the network's process looks.
  const pid_t worker = child_of(running.network.process);
  REQUIRE(kill(worker, SIGSTOP) == 0);
  REQUIRE(send(client, "GET", 3, 0) == 3);
  const linger now{1, 0};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(client);
  REQUIRE(kill(worker, SIGCONT) == 0);
  const auto next = [&] {
    return segment_of(guest
                          .receive([](const Bytes& f) {
                            return is_tcp(f) && (segment_of(f).flags & kRstBit || !segment_of(f).data.empty());
                          })
                          .value());
  };
  Segment last = next();
  if (!last.data.empty()) {  // taken, so that nothing is left that would be sent again, in vain
    guest.send(tcp({80, asked.from_port, 1001, last.sequence + 3, kAckBit}));
    last = next();
  }
  CHECK((last.flags & kRstBit) != 0);
}

TEST_CASE("user network: frames through rings, last words, and nonsense in them") {
  const std::uint16_t port = free_port(SOCK_DGRAM);
  auto running = std::make_unique<Running>(Words{"--rings"} + forward(port, 53, true));
  RingReader from;
  RingWriter to;
  from.open(running->network.rings->to_guest);
  to.open(running->network.rings->from_guest);
  const int words = running->network.frames;
  const auto say = [&](Word word) { CHECK(send(words, &word, sizeof word, MSG_NOSIGNAL) == 1); };
  constexpr std::size_t kHeader = kMaxOffloadHeader;
  const auto put = [&](const Bytes& frame) {
    std::uint8_t* place = to.reserve(kHeader + frame.size());
    REQUIRE(place);
    std::fill_n(place, kHeader, std::uint8_t(0));
    std::copy(frame.begin(), frame.end(), place + kHeader);
    to.commit(kHeader + frame.size());
    if (to.publish()) say(Word::look);
  };
  const auto get_frame = [&](const auto& wanted) {
    for (unsigned looks = 0; looks < 10'000; ++looks) {
      while (const auto frame = from.next()) {
        const Bytes copy(frame->begin() + kHeader, frame->end());
        if (from.release()) say(Word::look);
        if (wanted(copy)) return std::optional(copy);
      }
      usleep(1000);
    }
    return std::optional<Bytes>{};
  };
  put(Guest::arp(1, kGuestAddress, Bytes(6, 0), kRouterAddress));
  CHECK(get_frame([](const Bytes& f) { return get(f, 12, 2) == 0x0806; }));
  const Asking client(port);
  REQUIRE(send(client.socket, "who", 3, 0) == 3);
  const auto question = get_frame(is_udp);
  REQUIRE(question);
  char answer[8];
  SUBCASE("the last words") {
    for (unsigned number = 0; number < 100; ++number)
      put(udp(53, get(*question, 34, 2), kGuestAddress, kRouterAddress, text("me")));
    say(Word::end);
    unsigned got = 0;
    while (got < 100 && recv(client.socket, answer, sizeof answer, 0) == 2) ++got;
    CHECK(got == 100);
  }
  SUBCASE("nonsense") {
    running->network.rings->from_guest.written += 2 * FrameRing::kBytes;
    say(Word::look);
  }
  pollfd end{words, 0, 0};
  CHECK(poll(&end, 1, 10'000) == 1);  // and the destructor wants an orderly one
}

TEST_CASE("user network: a guest that remembers a connection of these ports is asked beyond its end") {
  const std::uint16_t port = free_port(SOCK_STREAM);
  Running running(forward(port, 80));
  Guest guest(running.network.frames);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const Segment asked = asked_by(client, port, guest);
  const std::uint32_t remembered = asked.sequence + 777'777;
  guest.send(tcp({80, asked.from_port, 1000, remembered, kAckBit}));  // in TIME_WAIT it answers so, and ignores resets
  const auto again = guest.receive([&](const Bytes& f) {
    return is_tcp(f) && segment_of(f).flags == kSynBit && segment_of(f).sequence != asked.sequence;
  });
  REQUIRE(again);
  CHECK(std::int32_t(segment_of(*again).sequence - remembered) > 0);
  guest.send(tcp({80, asked.from_port, 5000, segment_of(*again).sequence + 1, kSynBit | kAckBit}));
  CHECK(segment_of(guest.receive(acknowledges).value()).acknowledged == 5001);
  close(client);
}
