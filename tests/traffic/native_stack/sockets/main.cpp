// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Each way on which lwIP lets go of a connection while somebody still holds it: sockets and connections of the event
// API, over the loopback interface, with hours passing in a moment. What is wrong is the address sanitizer's to find;
// beside it, what the program is told.

#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <wick/net.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "lwip/dns.h"
#include "lwip/priv/tcp_priv.h"
#include "net/configure.h"
#include "net/drain.h"
#include "net/sockets/internet.h"
#include "net/stack.h"
#include "world.h"

using namespace wick;
using net::Endpoint;
using Socket = net::InternetSocket;

#define CHECK(condition) \
  ((condition) ? void() : (std::printf("FAILED %s:%d: %s\n", __FILE__, __LINE__, #condition), std::exit(1)))

namespace {

constexpr unsigned kTimeWait = 31'000;  // over 2 * TCP_MSL
constexpr short kOver = POLLIN | POLLOUT | POLLHUP | POLLRDHUP;

Endpoint here(std::uint16_t port) { return {ip_addr_t IPADDR4_INIT_BYTES(127, 0, 0, 1), port}; }

struct Pair {
  Socket *client, *server;
};

Socket* listener(std::uint16_t port) {
  Socket* made = net::make_stream_socket(AF_INET);
  (void)made->set_option(SOL_SOCKET, SO_REUSEADDR, 1);
  CHECK(made->bind(here(port)) == 0 && made->listen(8) == 0);
  return made;
}

Pair connect_to(Socket* from, std::uint16_t port) {
  int error;
  Pair pair{net::make_stream_socket(AF_INET), nullptr};
  CHECK(pair.client->connect(here(port)) == 0);
  pair.server = from->accept(true, error);
  CHECK(pair.server != nullptr);
  return pair;
}

fs::Outcome read_now(Socket* socket) {
  char bytes[64];
  iovec piece{bytes, sizeof(bytes)};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return socket->receive(message, MSG_DONTWAIT);
}

/// Reads and asks all that can be asked of a connection that is over.
void look_at_the_end(Socket* socket) {
  Endpoint told{};
  CHECK(read_now(socket) == 0);
  CHECK(socket->poll() == kOver && socket->take_error() == 0);
  CHECK(socket->local(told) == 0 && told.port != 0);
  CHECK(socket->peer(told) == -ENOTCONN);
  CHECK(socket->write("x", 1) == -EPIPE && socket->shutdown(SHUT_RDWR) == -ENOTCONN);
  CHECK(socket->set_option(SOL_SOCKET, SO_KEEPALIVE, 1) == 0 && socket->get_option(SOL_SOCKET, SO_KEEPALIVE) == 1);
}

/// Both ends have closed their half, this one first: lwIP frees the block when TIME_WAIT is over, or before.
void time_wait(void (*cut_short)()) {
  Socket* from = listener(1);
  Pair pair = connect_to(from, 1);
  CHECK(pair.client->shutdown(SHUT_WR) == 0);
  world::pass(5);
  CHECK(pair.server->write("last", 4) == 4 && pair.server->shutdown(SHUT_WR) == 0);
  world::pass(5);
  CHECK(read_now(pair.client) == 4);
  look_at_the_end(pair.client);
  look_at_the_end(pair.server);
  cut_short();
  // The blocks are somebody else's now; closing the old sockets must not touch the new connection.
  Pair next = connect_to(from, 1);
  pair.client->destroy();
  pair.server->destroy();
  CHECK(next.client->write("x", 1) == 1);
  world::pass(5);
  CHECK(read_now(next.server) == 1);
  next.client->destroy();
  next.server->destroy();
  from->destroy();
  world::pass(kTimeWait);
}

/// Both at once: CLOSING, and the acknowledgement of our end comes behind the peer's.
void both_at_once() {
  Socket* from = listener(2);
  Pair pair = connect_to(from, 2);
  CHECK(pair.client->shutdown(SHUT_WR) == 0 && pair.server->shutdown(SHUT_WR) == 0);
  world::pass(10);
  look_at_the_end(pair.client);
  look_at_the_end(pair.server);
  world::pass(kTimeWait);
  look_at_the_end(pair.client);
  pair.client->destroy();
  pair.server->destroy();
  from->destroy();
}

void reset_and_silence() {
  Socket* from = listener(3);
  Pair pair = connect_to(from, 3);
  pair.client->at_close = {1, 0};
  pair.client->destroy();
  world::pass(5);
  CHECK(pair.server->poll() == (kOver | POLLERR));
  CHECK(read_now(pair.server) == -ECONNRESET && read_now(pair.server) == 0);
  pair.server->destroy();

  // A peer that is there no more: keep-alive probes without an answer, and data without one (TCP_USER_TIMEOUT).
  for (bool data : {false, true}) {
    pair = connect_to(from, 3);
    if (data) {
      CHECK(pair.server->set_option(6, 18, 3000) == 0);
    } else {
      CHECK(pair.server->set_option(SOL_SOCKET, SO_KEEPALIVE, 1) == 0);
      for (int option : {4, 5, 6}) CHECK(pair.server->set_option(6, option, 1) == 0);
    }
    netif_list->flags &= static_cast<u8_t>(~NETIF_FLAG_UP);
    if (data) CHECK(pair.server->write("x", 1) == 1);
    world::pass(10'000);
    netif_list->flags |= NETIF_FLAG_UP;
    CHECK(read_now(pair.server) == -ETIMEDOUT && read_now(pair.server) == 0);
    pair.server->destroy();
    pair.client->at_close = {1, 0};
    pair.client->destroy();
  }
  from->destroy();
  world::pass(kTimeWait);
}

void listeners() {
  int error;
  Socket* from = listener(4);
  Socket* waiting = net::make_stream_socket(AF_INET);
  CHECK(waiting->connect(here(4)) == 0);
  // Reset before it was accepted: it is handed out, with its address, and reads the reset.
  waiting->at_close = {1, 0};
  waiting->destroy();
  world::pass(5);
  Socket* dead = from->accept(true, error);
  sockaddr_in caller{};
  socklen_t length = sizeof(caller);
  CHECK(dead != nullptr && read_now(dead) == -ECONNRESET);
  dead->caller_name(reinterpret_cast<sockaddr*>(&caller), &length);
  CHECK(length == sizeof(caller) && caller.sin_port != 0);
  dead->destroy();
  // Closed with connections that nobody has accepted, and with one half open.
  waiting = net::make_stream_socket(AF_INET);
  CHECK(waiting->connect(here(4)) == 0);
  Socket* half = net::make_stream_socket(AF_INET);
  half->flags |= 04000;
  CHECK(half->connect(here(4)) == -EINPROGRESS);
  CHECK(from->shutdown(SHUT_RDWR) == 0 && from->accept(true, error) == nullptr && error == -EINVAL);
  from->destroy();
  world::pass(50);
  CHECK(read_now(waiting) == -ECONNRESET);
  waiting->destroy();
  half->destroy();
}

/// Of the event API: leaves what it receives until told.
struct Reader final : net::Connection {
  std::size_t received(std::string_view bytes) override {
    if (!reading) return 0;
    seen += bytes.size();
    return bytes.size();
  }
  void end_of_stream() override { ended = true; }
  void closed() override { gone = true; }
  bool reading = false, ended = false, gone = false;
  std::size_t seen = 0;
};

void connections_left_unread() {
  static Reader reader;
  net::Listener from;
  CHECK(from.open(5, [](void*) -> net::Connection* { return &reader; }));
  Socket* client = net::make_stream_socket(AF_INET);
  CHECK(client->connect(here(5)) == 0 && client->write("unread", 6) == 6);
  world::pass(5);
  reader.finish_sending();
  world::pass(5);
  CHECK(client->shutdown(SHUT_WR) == 0);
  world::pass(kTimeWait);  // its block is gone, its bytes are there
  CHECK(!reader.ended && !reader.gone && reader.room() == 0 && reader.write("x", net::Memory::changing) == 0);
  reader.reading = true;
  reader.resume();
  CHECK(reader.seen == 6 && reader.ended && !reader.gone);
  reader.close();
  CHECK(reader.gone);
  client->destroy();
  from.close();
}

/// Deletes itself when it is over, as applications do.
struct Fleeting final : net::Connection {
  std::size_t received(std::string_view bytes) override { return bytes.size(); }
  void closed() override { delete this; }
};

void connections_that_are_reset() {
  net::Listener from;
  CHECK(from.open(7, [](void*) -> net::Connection* { return new Fleeting; }));
  for (bool reset : {true, false}) {
    Socket* client = net::make_stream_socket(AF_INET);
    CHECK(client->connect(here(7)) == 0 && client->write("x", 1) == 1);
    world::pass(5);
    if (reset) client->at_close = {1, 0};
    client->destroy();
    world::pass(50);
  }
  from.close();
}

void the_end_of_the_program() {
  static Socket* const from = listener(6);  // its block ends with the program
  Pair pair = connect_to(from, 6);
  CHECK(pair.client->write("accepted", 8) == 8);
  net::end_connections();
  world::pass(50);
  CHECK(net::pending().none());
  pair.client->destroy();
  pair.server->destroy();
}

ip_addr_t numbered(const char* text) {
  ip_addr_t address;
  CHECK(ipaddr_aton(text, &address) != 0);
  return address;
}

/// The servers to ask now, each followed by a blank.
std::string servers() {
  std::string list;
  for (u8_t number = 0; !ip_addr_isany(dns_getserver(number)); ++number) {
    list += std::string(ipaddr_ntoa(dns_getserver(number))) + " ";
  }
  return list;
}

/// As lwIP calls them: each teller counts its own from 0.
void name_servers() {
  const ip_addr_t first = numbered("10.0.2.3"), second = numbered("10.0.2.4"), router = numbered("FEC0::3");
  dns_setserver(0, &router);
  CHECK(servers() == "FEC0::3 ");
  dns_setserver(0, &first);
  dns_setserver(1, &second);
  dns_setserver(0, &router);
  CHECK(servers() == "10.0.2.3 10.0.2.4 FEC0::3 ");
  dns_setserver(2, nullptr);  // the router's lifetime is over
  CHECK(servers() == "10.0.2.3 10.0.2.4 ");
  CHECK(net::use_name_servers("192.0.2.53") && servers() == "192.0.2.53 ");
  dns_setserver(0, &first);
  dns_setserver(0, &router);
  dns_setserver(0, nullptr);
  CHECK(servers() == "192.0.2.53 ");
  CHECK(!net::use_name_servers("192.0.2.54,192.0.2.55,192.0.2.56,192.0.2.57"));
}

}  // namespace

int main() {
  net::stack().start(64);
  name_servers();
  time_wait([] { world::pass(kTimeWait); });
  time_wait([] { tcp_abort(tcp_tw_pcbs); });
  time_wait([] {});
  both_at_once();
  reset_and_silence();
  listeners();
  connections_left_unread();
  connections_that_are_reset();
  world::pass(kTimeWait);
  CHECK(world::objects() == 0);
  the_end_of_the_program();
  std::puts("SUCCESS");
}
