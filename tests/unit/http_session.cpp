// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A whole connection of apps/http: pipelining, pieces, slow readers, ends.

#include <doctest.h>

#include "http_fake.h"

using namespace http;
using namespace http::test;

namespace {

constexpr std::string_view kHome = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

unsigned count(std::string_view text, std::string_view what) {
  unsigned found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++found;
  return found;
}

std::string ask(std::string_view request) {
  Server server = make_server();
  FakeOutput output;
  Session session(server, output);
  session.received(request);
  return output.text;
}

std::string get(std::string_view path, std::string_view fields = "") {
  return ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n");
}

}  // namespace

TEST_CASE("http session: files, folders and what is not there") {
  CHECK(get("/").starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(get("/").ends_with("\r\n\r\n<p>home"));
  CHECK(get("/index.html").ends_with("<p>home"));
  CHECK(get("/docs/").ends_with("<p>docs"));
  CHECK(get("/docs").starts_with("HTTP/1.1 301 "));
  CHECK(get("/docs").find("Location: /docs/\r\n") != std::string::npos);
  CHECK(get("/none").starts_with("HTTP/1.1 404 "));
  CHECK(get("/../etc/secret.txt").starts_with("HTTP/1.1 400 "));
  CHECK(get("/etc/secret.txt").starts_with("HTTP/1.1 404 "));
  CHECK(get("root/other.html").starts_with("HTTP/1.1 400 "));
}

TEST_CASE("http session: an answer is the same whether it was composed before or is now") {
  static std::string date;
  Server before = make_server(), now = make_server();
  before.date = now.date = [] { return std::string_view(date); };
  const std::string end = " HTTP/1.1\r\nHost: h\r\n", plain = end + "\r\n", compose = end + "If-None-Match: x\r\n\r\n";
  for (const char* seconds : {"37", "38"}) {
    date = "Date: Sun, 06 Nov 1994 08:49:" + std::string(seconds) + " GMT\r\n";
    for (const char* path : {"/", "/docs/index.html", "/docs", "/big.bin", "/none", "/docs/../"}) {
      FakeOutput first, second;
      Session one(before, first), other(now, second);
      const std::string get = "GET " + std::string(path);
      // Alone, among others of its kind, and before and behind one that is composed.
      for (const auto& [asked, same] :
           {std::pair(get + plain, get + compose), std::pair(get + plain + get + plain, get + compose + get + compose),
            std::pair(get + plain + get + compose + get + plain, get + compose + get + compose + get + compose)}) {
        CHECK(one.received(asked) == asked.size());
        CHECK(other.received(same) == same.size());
        CHECK(first.text == second.text);
      }
      CHECK(count(first.text, date) == 6);
    }
  }
  CHECK(before.counters.requests == now.counters.requests);
  CHECK(before.counters.head_bytes == now.counters.head_bytes);
  CHECK(before.counters.body_bytes == now.counters.body_bytes);
}

TEST_CASE("http session: methods") {
  std::string head = ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 200 "));
  CHECK(head.find("Content-Length: 7\r\n") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  std::string post = ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(post.starts_with("HTTP/1.1 405 "));
  CHECK(post.find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(count(post, "HTTP/1.1 200 ") == 1);  // the body was skipped, the next request answered
}

TEST_CASE("http session: ranges and conditions") {
  std::string part = get("/big.bin", "Range: bytes=10-19\r\n");
  CHECK(part.starts_with("HTTP/1.1 206 "));
  CHECK(part.find("Content-Range: bytes 10-19/100000\r\nContent-Length: 10\r\n") != std::string::npos);
  CHECK(part.ends_with("\r\n\r\nbbbbbbbbbb"));
  CHECK(get("/big.bin", "Range: bytes=100000-\r\n").starts_with("HTTP/1.1 416 "));
  CHECK(get("/", "If-None-Match: \"1-7\"\r\n").starts_with("HTTP/1.1 304 "));
  CHECK(get("/", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200 "));
  CHECK(get("/", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("http session: pipelined requests, in one piece and byte by byte") {
  std::string many;
  for (int at = 0; at < 100; ++at) many += kHome;
  CHECK(count(ask(many), "<p>home") == 100);

  Server server = make_server();
  FakeOutput output;
  Session session(server, output);
  for (char c : many) CHECK(session.received({&c, 1}) == 1);
  CHECK(count(output.text, "<p>home") == 100);
  CHECK(server.counters.requests == 100);
}

TEST_CASE("http session: pieces at every place") {
  const std::string two = std::string(kHome) + std::string(kHome);
  for (std::size_t cut = 1; cut < two.size(); ++cut) {
    Server server = make_server();
    FakeOutput output;
    Session session(server, output);
    CHECK(session.received(std::string_view(two).substr(0, cut)) == cut);
    CHECK(session.received(std::string_view(two).substr(cut)) == two.size() - cut);
    CHECK(count(output.text, "<p>home") == 2);
  }
}

TEST_CASE("http session: a slow reader of a large file, with a request behind it") {
  Server server = make_server();
  FakeOutput output;
  output.space = 20'000;
  Session session(server, output);
  const std::string requests = "GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kHome);
  std::size_t used = session.received(requests);
  CHECK(used == requests.size() - kHome.size());
  CHECK(output.wants_room);
  bool offered_again = false;
  for (int round = 0; round < 20 && !offered_again; ++round) {
    output.space = 10'000;
    offered_again = session.writable();
  }
  CHECK(offered_again);
  output.space = 10'000;
  CHECK(session.received(std::string_view(requests).substr(used)) == kHome.size());
  CHECK(output.text.find(big_file()) != std::string::npos);
  CHECK(output.text.ends_with("<p>home"));
}

TEST_CASE("http session: no room puts requests off") {
  Server server = make_server();
  FakeOutput output;
  output.space = 100;
  Session session(server, output);
  CHECK(session.received(kHome) == 0);
  CHECK(output.wants_room);
  output.space = 1 << 20;
  CHECK(session.writable());
  CHECK(session.received(kHome) == kHome.size());
  CHECK(output.text.ends_with("<p>home"));
}

TEST_CASE("http session: ends") {
  Server server = make_server();
  {
    FakeOutput output;
    Session session(server, output);
    session.received("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + std::string(kHome));
    CHECK(output.ended);
    CHECK_FALSE(output.lingers);
    CHECK(count(output.text, "<p>home") == 1);
  }
  {
    FakeOutput output;
    Session session(server, output);
    CHECK(session.received("nonsense\r\n\r\n" + std::string(kHome)) > 0);
    CHECK(output.text.starts_with("HTTP/1.1 400 "));
    CHECK(output.ended);
    CHECK(output.lingers);
    session.peer_ended();
    CHECK_FALSE(output.lingers);
  }
  {
    FakeOutput output;
    output.space = 20'000;
    Session session(server, output);
    session.received("GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n");
    session.peer_ended();  // shut down its side, still reads
    CHECK_FALSE(output.ended);
    output.space = 1 << 20;
    session.writable();
    CHECK(output.ended);
    CHECK(output.text.ends_with(big_file()));
  }
}

TEST_CASE("http session: silence is told from work") {
  Server server = make_server();
  server.idle_seconds = 2;
  FakeOutput output;
  Session session(server, output);
  CHECK_FALSE(session.overdue());  // maybe at once
  CHECK_FALSE(session.overdue());
  CHECK(session.overdue());
  session.received(kHome);
  CHECK(session.answered());
  CHECK_FALSE(session.answered());
  CHECK_FALSE(session.overdue());
  CHECK(session.idle_seconds() == 0);
  CHECK_FALSE(session.overdue());
  CHECK(session.overdue());
}

TEST_CASE("http session: a head has its time, whatever trickles in") {
  Server server = make_server();
  server.head_seconds = 3;
  FakeOutput output;
  Session session(server, output);
  session.received("GET / HT");
  CHECK_FALSE(session.overdue());
  session.received("TP/1.1\r\nX: ");
  CHECK_FALSE(session.overdue());
  session.received("y");
  CHECK_FALSE(session.overdue());
  CHECK(session.overdue());
  session.give_up();
  CHECK(output.text.starts_with("HTTP/1.1 408 "));
  CHECK(output.ended);
}

TEST_CASE("http session: each head and each body has a time of its own") {
  Server server = make_server();
  server.head_seconds = server.body_seconds = 2;
  FakeOutput output;
  Session session(server, output);
  for (int round = 0; round < 5; ++round) {  // under way at each second, and each time another
    session.received("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n");
    CHECK_FALSE(session.overdue());
    session.received("\r\nab");
    CHECK_FALSE(session.overdue());
    session.received("cd");
  }
  session.received("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
  CHECK_FALSE(session.overdue());
  session.received("a");
  CHECK_FALSE(session.overdue());
  CHECK(session.overdue());
  session.give_up();
  CHECK(output.aborted);
}

TEST_CASE("http session: a peer that never ends is not waited for") {
  Server server = make_server();
  server.head_seconds = 2;
  FakeOutput output;
  Session session(server, output);
  session.received("nonsense\r\n\r\n");
  CHECK(output.lingers);
  session.received("more");
  CHECK_FALSE(session.overdue());
  session.received("more");
  CHECK_FALSE(session.overdue());
  CHECK(session.overdue());
}

TEST_CASE("http session: an endless head is refused") {
  Server server = make_server();
  FakeOutput output;
  Session session(server, output);
  session.received("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int at = 0; at < 2000 && !output.ended; ++at) session.received("X-Field: 1234567890\r\n");
  CHECK(output.ended);
  CHECK(output.text.starts_with("HTTP/1.1 431 "));
}
