// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The user-mode network as the monitor gets it: a process behind a socket. Here the test is the guest.
#include "hosted_user_network.h"

#include <doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <sstream>

using namespace wick::monitor;
using namespace wick::test;

TEST_CASE("user network: DHCP gives the addresses that everybody knows") {
  Running running;
  Guest guest(running.network.frames);
  guest.send(dhcp_discover());
  auto offer = guest.receive([](const Bytes& f) { return f.size() > 282 && f[23] == 17 && get(f, 36, 2) == 68; });
  REQUIRE(offer);
  CHECK(get(*offer, 58, 4) == 0x0a00020f);
  auto has = [&](const Bytes& option) {
    return std::search(offer->begin() + 282, offer->end(), option.begin(), option.end()) != offer->end();
  };
  CHECK(has({3, 4, 10, 0, 2, 2}));
  CHECK(has({6, 4, 10, 0, 2, 3}));
}

TEST_CASE("user network: a TCP connection to a forwarded port reaches the guest, and data goes both ways") {
  std::uint16_t port = free_port(SOCK_STREAM);
  Running running(forward(port, 80));
  Guest guest(running.network.frames);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);

  auto first = guest.receive(is_tcp);
  REQUIRE(first);
  Segment asked = segment_of(*first);
  CHECK(asked.to_port == 80);
  CHECK(asked.flags == kSynBit);
  guest.send(tcp({80, asked.from_port, 1000, asked.sequence + 1, kSynBit | kAckBit}));
  auto second = guest.receive(acknowledges);
  REQUIRE(second);
  CHECK(segment_of(*second).acknowledged == 1001);

  REQUIRE(send(client, "ping", 4, 0) == 4);
  auto third = guest.receive([](const Bytes& f) { return is_tcp(f) && !segment_of(f).data.empty(); });
  REQUIRE(third);
  CHECK(segment_of(*third).data == text("ping"));

  Bytes large(1400, 'x');
  guest.send(tcp({80, asked.from_port, 1001, asked.sequence + 5, kAckBit | kPshBit, large}));
  Bytes got(large.size());
  CHECK(recv(client, got.data(), got.size(), MSG_WAITALL) == ssize_t(got.size()));
  CHECK(got == large);
  close(client);
}

TEST_CASE("user network: UDP through a forwarded port and back") {
  std::uint16_t port = free_port(SOCK_DGRAM);
  Running running(forward(port, 53, true));
  Guest guest(running.network.frames);
  Port client(SOCK_DGRAM);
  sockaddr_in address = loopback(port);
  REQUIRE(sendto(client.socket, "who", 3, 0, reinterpret_cast<sockaddr*>(&address), sizeof address) == 3);
  auto question =
      guest.receive([](const Bytes& f) { return f.size() >= 45 && get(f, 12, 2) == 0x0800 && f[23] == 17; });
  REQUIRE(question);
  CHECK(get(*question, 36, 2) == 53);
  guest.send(udp(53, get(*question, 34, 2), kGuestAddress, kRouterAddress, text("me")));
  char answer[8];
  REQUIRE(recv(client.socket, answer, sizeof answer, 0) == 2);
  CHECK(std::string_view(answer, 2) == "me");
}

TEST_CASE("user network: a router answers by IPv6, too") {
  Running running;
  Guest guest(running.network.frames);
  Bytes own = Bytes{0xfe, 0x80} + Bytes(13, 0) + Bytes{1}, routers = Bytes{0xff, 2} + Bytes(13, 0) + Bytes{2};
  auto solicitation = [](unsigned sum) { return Bytes{133, 0} + be16(sum) + Bytes(4, 0) + Bytes{1, 1} + kGuestMac; };
  unsigned sum = checksum(own + routers + be32(16) + be32(58) + solicitation(0));
  guest.send(ethernet(0x86dd, Bytes{0x60, 0, 0, 0, 0, 16, 58, 255} + own + routers + solicitation(sum)));
  CHECK(guest.receive(
      [](const Bytes& f) { return f.size() > 54 && get(f, 12, 2) == 0x86dd && f[20] == 58 && f[54] == 134; }));
}

TEST_CASE("user network: a port that is taken is named, and nothing is left behind") {
  Port theirs(SOCK_STREAM), theirs_udp(SOCK_DGRAM);
  std::uint16_t free = free_port(SOCK_STREAM);
  auto started = start_user_network(forward(free, 80) + forward(theirs.number, 81), nullptr);
  REQUIRE(!started);
  CHECK(started.error() ==
        "port " + std::to_string(theirs.number) + " of 127.0.0.1 is taken by another program (choose another with -p)");
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  Running again(forward(free, 80));  // the first one's port is free again

  started = start_user_network(forward(theirs_udp.number, 53, true), nullptr);
  REQUIRE(!started);
  CHECK(started.error().starts_with("UDP port "));
  started = start_user_network({"-p", "192.0.2.1:8080:80"}, nullptr);  // nobody's: RFC 5737
  REQUIRE(!started);
  CHECK(started.error() == "port 8080 of 192.0.2.1 can't be had: this machine has no such address");
}

TEST_CASE("user network: ends with the socket, is jailed, and waits without waking up") {
  Running running(forward(free_port(SOCK_STREAM), 80));
  Guest guest(running.network.frames);
  CHECK(answers(guest));
  const pid_t worker = child_of(running.network.process);
  auto status = [&] {
    std::stringstream text;
    text << std::ifstream("/proc/" + std::to_string(worker) + "/status").rdbuf();
    return text.str();
  };
  CHECK(status().find("Seccomp:\t2") != std::string::npos);
  CHECK(status().find("NoNewPrivs:\t1") != std::string::npos);
  CHECK(status().find("CapEff:\t0000000000000000") != std::string::npos);
  auto sleeps = [&] {
    std::string text = status(), name = "\nvoluntary_ctxt_switches:\t";
    return std::stoul(text.substr(text.find(name) + name.size()));
  };
  usleep(200'000);
  auto before = sleeps();
  usleep(1'200'000);
  CHECK(sleeps() == before);
}

TEST_CASE("user network: what is closed refuses at once, what was opened by port answers") {
  Port theirs(SOCK_STREAM), other(SOCK_STREAM);
  Running running({"--host-loopback", std::to_string(theirs.number)});
  Guest guest(running.network.frames);
  CHECK(answers(guest, {169, 254, 169, 254}));  // looked for on the wire, refused like others
  const auto answer_of = [&](const Bytes& to, unsigned port) {
    static unsigned from = 5000;
    guest.send(tcp({++from, port, 100, 0, kSynBit}, to));
    const auto frame = guest.receive([&](const Bytes& f) { return is_tcp(f) && segment_of(f).to_port == from; });
    return frame ? segment_of(*frame).flags : 0u;
  };
  CHECK(answer_of(kRouterAddress, theirs.number) == (kSynBit | kAckBit));
  CHECK(answer_of(kRouterAddress, other.number) == (kRstBit | kAckBit));
  for (const Bytes& to : {Bytes{127, 0, 0, 1}, Bytes{127, 1, 2, 3}, Bytes{0, 0, 0, 0}, Bytes{169, 254, 169, 254},
                          Bytes{10, 0, 2, 3}, Bytes{224, 0, 0, 1}, Bytes{255, 255, 255, 255}})
    CHECK(answer_of(to, theirs.number) == (kRstBit | kAckBit));
}

TEST_CASE("user network: a process that dies is started again, ports and all") {
  const std::uint16_t port = free_port(SOCK_STREAM);
  // What it says of the death goes where errors do, here into a file: in a test's output it would look like an
  // accident.
  std::FILE* const said = std::tmpfile();
  const int errors = dup(STDERR_FILENO);
  REQUIRE(dup2(fileno(said), STDERR_FILENO) == STDERR_FILENO);
  Running running(forward(port, 80));
  REQUIRE(dup2(errors, STDERR_FILENO) == STDERR_FILENO);
  close(errors);
  Guest guest(running.network.frames);
  CHECK(answers(guest));
  const pid_t first = child_of(running.network.process);
  REQUIRE(kill(first, SIGSEGV) == 0);
  CHECK(answers(guest));
  CHECK(child_of(running.network.process) != first);
  std::rewind(said);
  char line[160] = "";
  CHECK(std::fgets(line, sizeof line, said));
  CHECK(std::string(line) ==
        "[wick] the network's process has ended (signal 11): it is started again, connections are lost\n");
  std::fclose(said);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  CHECK(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(guest.receive(is_tcp));
  close(client);
}

TEST_CASE("user network: a guest that refuses, as it boots, is asked again until it listens") {
  const std::uint16_t port = free_port(SOCK_STREAM);
  Running running(forward(port, 80));
  Guest guest(running.network.frames);
  CHECK(answers(guest));
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  for (unsigned refusals = 0; refusals < 3; ++refusals) {
    const auto frame = guest.receive(is_tcp);
    REQUIRE(frame);
    const Segment asked = segment_of(*frame);
    CHECK(asked.flags == kSynBit);
    guest.send(tcp({80, asked.from_port, 0, asked.sequence + 1, kRstBit | kAckBit}));
  }
  const Segment asked = segment_of(guest.receive(is_tcp).value());
  guest.send(tcp({80, asked.from_port, 1000, asked.sequence + 1, kSynBit | kAckBit}));
  CHECK(segment_of(guest.receive(acknowledges).value()).acknowledged == 1001);
  close(client);
}

TEST_CASE("user network: whatever a guest sends, others are still served") {
  Running running(forward(free_port(SOCK_STREAM), 80));
  Guest guest(running.network.frames);
  std::mt19937 random(1);
  const Bytes seeds[] = {tcp({80, 4000, 1, 1, kSynBit}),
                         udp(68, 67, Bytes(4, 0), Bytes(4, 255), Bytes(300, 1)),
                         udp(9, 69, kGuestAddress, kRouterAddress, text("\0\1x")),
                         ipv4(1, kGuestAddress, kRouterAddress, Bytes{8, 0, 0, 0} + Bytes(60, 0)),
                         Guest::arp(1, kGuestAddress, Bytes(6, 0), kRouterAddress),
                         ethernet(0x86dd, Bytes{0x60, 0, 0, 0, 0, 24, 58, 255} + Bytes(15, 0) + Bytes{1, 0xff, 2} +
                                              Bytes(12, 0) + Bytes{1, 2, 133} + Bytes(23, 0)),
                         ethernet(0x88f8, Bytes(64, 0))};
  for (unsigned round = 0; round < 20'000; ++round) {
    Bytes frame = seeds[random() % std::size(seeds)];
    for (unsigned change = random() % 8; change; --change)
      frame[12 + random() % (frame.size() - 12)] = std::uint8_t(random());
    if (random() % 4 == 0) frame.resize(1 + random() % frame.size());
    if (random() % 64 == 0) frame.resize(frame.size() + random() % 60'000);
    // A changed address may be one of the world's: keep to this machine. Sums are made good, else little gets far.
    if (frame.size() >= 34 && get(frame, 12, 2) == 0x0800) {
      std::copy(kRouterAddress.begin(), kRouterAddress.end(), frame.begin() + 30);
      frame[24] = frame[25] = 0;
      Bytes sum = be16(checksum(Bytes(frame.begin() + 14, frame.begin() + 34)));
      std::copy(sum.begin(), sum.end(), frame.begin() + 24);
    }
    guest.send(frame);
    Bytes unread(70'000);
    while (recv(running.network.frames, unread.data(), unread.size(), 0) > 0) {
    }
  }
  CHECK(answers(guest));
}
