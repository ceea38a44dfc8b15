// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The host's end of vsock, towards a guest that says what it likes: packets over a socket pair, clients at Unix
// sockets.

#include <doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "monitor/vsock/host.h"
#include "monitor/vsock/process.h"

using namespace wick;
using namespace wick::monitor;
using virtio::kVsockReceivesNoMore;
using virtio::kVsockSendsNoMore;
using virtio::VsockHeader;
using Operation = virtio::VsockOperation;

namespace {

void limit_waits(int file) {
  const timeval most{5, 0};
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
}

struct Packet {
  VsockHeader header;
  std::string data;
};

/// A guest, and a folder with the host's sockets.
struct VsockWorld {
  VsockWorld() {
    char name[] = "/tmp/wick-vsock-XXXXXX";
    folder = mkdtemp(name);
    path = folder + "/v";
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    guest = ends[0];
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    limit_waits(guest);
    const int listener = listen_at("");
    fcntl(listener, F_SETFL, O_NONBLOCK);
    work = std::thread([this, packets = ends[1], listener] {
      VsockHost(packets, listener, path).run();
      close(packets);
      close(listener);
    });
  }
  ~VsockWorld() {
    close(guest);
    work.join();
    std::filesystem::remove_all(folder);
  }
  int listen_at(const std::string& behind) {
    const auto name = unix_name(path + behind);
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(name);
    REQUIRE(bind(file, reinterpret_cast<const sockaddr*>(&*name), sizeof *name) == 0);
    REQUIRE(listen(file, 64) == 0);
    limit_waits(file);
    return file;
  }
  int connect_client() {
    const auto name = unix_name(path);
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(file, reinterpret_cast<const sockaddr*>(&*name), sizeof *name) == 0);
    limit_waits(file);
    return file;
  }
  VsockHeader header(Operation operation, std::uint32_t from, std::uint32_t to) const {
    VsockHeader made{};
    made.from_cid = kGuestCid;
    made.to_cid = virtio::kHostCid;
    made.from_port = from;
    made.to_port = to;
    made.type = virtio::kVsockStream;
    made.operation = operation;
    made.room = room;
    return made;
  }
  void send_packet(VsockHeader header, std::string_view data = {}, bool fix_length = true) {
    if (fix_length) header.length = static_cast<std::uint32_t>(data.size());
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes += data;
    REQUIRE(send(guest, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  Packet next() {
    std::uint8_t bytes[virtio::kVsockPacket];
    const auto got = recv(guest, bytes, sizeof bytes, 0);
    REQUIRE(got >= static_cast<ssize_t>(sizeof(VsockHeader)));
    Packet packet;
    std::memcpy(&packet.header, bytes, sizeof packet.header);
    packet.data.assign(reinterpret_cast<const char*>(bytes) + sizeof packet.header,
                       static_cast<std::size_t>(got) - sizeof packet.header);
    REQUIRE(packet.header.length == packet.data.size());
    return packet;
  }
  Packet expect(Operation operation) {
    Packet packet = next();
    CHECK(packet.header.operation == operation);
    return packet;
  }
  /// Connects the guest's port 7 with the host's 9. @return the client
  int connected(int listener) {
    send_packet(header(Operation::request, 7, 9));
    const int client = accept(listener, nullptr, nullptr);
    REQUIRE(client >= 0);
    limit_waits(client);
    expect(Operation::response);
    return client;
  }

  std::string folder, path;
  std::uint32_t room = 1 << 16;
  int guest = -1;
  std::thread work;
};

std::string read_some(int file) {
  char bytes[100000];
  const auto got = recv(file, bytes, sizeof bytes, 0);
  return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
}

}  // namespace

TEST_CASE("vsock's host: a client is sent no more than the guest has room for") {
  VsockWorld world;
  const int listener = world.listen_at("_9");
  world.room = 10;
  const int client = world.connected(listener);
  REQUIRE(send(client, "0123456789abcdef", 16, 0) == 16);
  CHECK(world.expect(Operation::data).data == "0123456789");
  auto more = world.header(Operation::credit_update, 7, 9);
  more.passed = 4;
  world.send_packet(more);
  CHECK(world.expect(Operation::data).data == "abcd");
  more.passed = 1000;  // more than it was sent: no room at all
  world.send_packet(more);
  world.send_packet(world.header(Operation::credit_request, 7, 9));
  world.expect(Operation::credit_update);
  more.passed = 14;
  world.send_packet(more);
  CHECK(world.expect(Operation::data).data == "ef");
  close(client);
  CHECK(world.expect(Operation::shutdown).header.flags == kVsockSendsNoMore);
  close(listener);
}

TEST_CASE("vsock's host: a guest that sends more than it may loses the connection, and the client keeps what came") {
  VsockWorld world;
  const int listener = world.listen_at("_9");
  const int client = world.connected(listener);
  const std::string piece(8000, 'x');
  std::size_t sent = 0;
  bool over = false;
  while (!over && sent < (4 << 20)) {
    world.send_packet(world.header(Operation::data, 7, 9), piece);
    sent += piece.size();
    char byte;
    while (!over && recv(world.guest, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
      over = world.next().header.operation == Operation::reset;
  }
  CHECK(over);
  std::size_t got = 0;
  for (std::string some; !(some = read_some(client)).empty();) got += some.size();
  CHECK(got >= VsockHost::kWindow - piece.size());
  CHECK(got <= sent);
  close(client);
  close(listener);
}

TEST_CASE("vsock's host: packets that belong to nothing are refused, and a refusal isn't") {
  VsockWorld world;
  for (const auto operation : {Operation::response, Operation::shutdown, Operation::data, Operation::credit_update,
                               Operation::credit_request, static_cast<Operation>(99)}) {
    world.send_packet(world.header(operation, 1, 2));
    CHECK(world.expect(Operation::reset).header.to_port == 1);
  }
  world.send_packet(world.header(Operation::reset, 1, 2));
  auto wrong = world.header(Operation::request, 3, 2);
  wrong.to_cid = 5;
  world.send_packet(wrong);
  CHECK(world.expect(Operation::reset).header.from_cid == 5);
  wrong = world.header(Operation::request, 3, 2);
  wrong.type = 2;
  world.send_packet(wrong);
  world.expect(Operation::reset);
  wrong = world.header(Operation::data, 3, 2);
  wrong.length = 5;
  world.send_packet(wrong, "1234", false);
  world.expect(Operation::reset);
  REQUIRE(send(world.guest, "short", 5, 0) == 5);
  for (std::uint32_t port = 100; port < 1100; port++) {
    world.send_packet(world.header(Operation::request, port, port));
    if (port % 4 == 3)
      for (int i = 0; i < 4; i++) world.expect(Operation::reset);
  }
}

TEST_CASE("vsock's host: a client asks, the guest agrees or doesn't") {
  VsockWorld world;
  const int client = world.connect_client();
  REQUIRE(send(client, "CONNECT 42\nhello", 16, 0) == 16);
  const auto asked = world.expect(Operation::request).header;
  CHECK(asked.to_port == 42);
  CHECK(asked.from_port >= 1u << 30);
  world.send_packet(world.header(Operation::response, 42, asked.from_port));
  CHECK(world.expect(Operation::data).data == "hello");
  CHECK(read_some(client) == "OK " + std::to_string(asked.from_port) + "\n");
  world.send_packet(world.header(Operation::data, 42, asked.from_port), "answer");
  CHECK(read_some(client) == "answer");
  auto end = world.header(Operation::shutdown, 42, asked.from_port);
  end.flags = kVsockSendsNoMore;
  world.send_packet(end);
  CHECK(read_some(client).empty());  // its end; the other half is still there
  REQUIRE(send(client, "more", 4, 0) == 4);
  CHECK(world.expect(Operation::data).data == "more");
  end.flags = kVsockSendsNoMore | kVsockReceivesNoMore;
  world.send_packet(end);
  world.expect(Operation::reset);
  close(client);

  const int refused = world.connect_client();
  REQUIRE(send(refused, "CONNECT 43\n", 11, 0) == 11);
  const auto again = world.expect(Operation::request).header;
  CHECK(again.from_port != asked.from_port);
  world.send_packet(world.header(Operation::reset, 43, again.from_port));
  CHECK(read_some(refused).empty());
  close(refused);
}

TEST_CASE("vsock's host: what a guest has sent before its end arrives, and its connections are gone") {
  VsockWorld world;
  const int listener = world.listen_at("_9");
  const int client = world.connected(listener);
  world.send_packet(world.header(Operation::data, 7, 9), "last words");
  world.send_packet(world.header(Operation::invalid, 0, 0));
  CHECK(read_some(client) == "last words");
  CHECK(read_some(client).empty());
  world.send_packet(world.header(Operation::data, 7, 9), "a ghost's");
  world.expect(Operation::reset);
  close(client);
  const int another = world.connected(listener);
  close(another);
  close(listener);
}
