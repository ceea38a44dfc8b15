// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The pure parts of apps/http: requests, targets, ranges, types, dates, log lines.

#include <doctest.h>

#include <string>

#include "access_log.h"
#include "answer.h"
#include "content_type.h"
#include "path.h"
#include "range.h"
#include "request.h"

using namespace http;

namespace {

int status_of(std::string_view text) {
  Request request;
  return parse_request(text, 0, request).status;
}

std::string resolved(std::string_view target) {
  char room[kMaxTarget];
  return std::string(resolve_target(target, room));
}

}  // namespace

TEST_CASE("http: a plain request") {
  Request request;
  constexpr std::string_view kText = "GET /a HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\n\r\nGET";
  Parsed parsed = parse_request(kText, 0, request);
  CHECK(parsed.status == 0);
  CHECK(parsed.length == kText.size() - 3);
  CHECK(request.method == Method::get);
  CHECK(request.target == "/a");
  CHECK(request.range == "bytes=1-2");
  CHECK(request.keep_alive);
}

TEST_CASE("http: what is refused, and how") {
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.0\r\n\r\n") == 0);
  CHECK(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(status_of("GET / HTTP/0.9\r\nHost: a\r\n\r\n") == 505);
  CHECK(status_of("GET /\r\n\r\n") == 400);
  CHECK(status_of("\x01\x02\x03\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost : a\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n") == 413);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") == 501);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\n") == kIncomplete);
  CHECK(status_of("") == kIncomplete);
}

TEST_CASE("http: limits of the head") {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (unsigned at = 0; at < kMaxFields; ++at) many += "X: y\r\n";
  CHECK(status_of(many + "\r\n") == 431);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kMaxHead, 'x')) == 431);
  CHECK(status_of("GET /" + std::string(kMaxHead, 'x')) == 414);
  CHECK(status_of("GET /" + std::string(kMaxTarget, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 414);
}

TEST_CASE("http: keep-alive") {
  Request request;
  parse_request("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, CLOSE\r\n\r\n", 0, request);
  CHECK_FALSE(request.keep_alive);
  parse_request("GET / HTTP/1.0\r\nHost: a\r\n\r\n", 0, request);
  CHECK_FALSE(request.keep_alive);
  parse_request("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n", 0, request);
  CHECK(request.keep_alive);
  parse_request("GET / HTTP/1.0\r\nHost: a\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", 0, request);
  CHECK_FALSE(request.keep_alive);
}

TEST_CASE("http: targets") {
  CHECK(resolved("/") == "/");
  CHECK(resolved("/a/b.html") == "/a/b.html");
  CHECK(resolved("/a?b=../../c") == "/a");
  CHECK(resolved("/a//b/./c/") == "/a/b/c/");
  CHECK(resolved("/a/../b") == "/b");
  CHECK(resolved("/a/b/..") == "/a/");
  CHECK(resolved("/a/.") == "/a/");
  CHECK(resolved("/..") == "");
  CHECK(resolved("/a/../../b") == "");
  CHECK(resolved("/%2e%2e/etc") == "");
  CHECK(resolved("/a%20b") == "/a b");
  CHECK(resolved("/%41%7e") == "/A~");
  CHECK(resolved("/%4") == "");
  CHECK(resolved("/%zz") == "");
  CHECK(resolved("/%00") == "");
  CHECK(resolved("http://host/x/y") == "/x/y");
  CHECK(resolved("http://host") == "/");
  CHECK(resolved("index.html") == "");
  CHECK(resolved("*") == "");
  CHECK(resolved("/.hidden") == "/.hidden");
}

TEST_CASE("http: ranges") {
  auto part = [](std::string_view field, std::uint64_t first, std::uint64_t length) {
    Range range = parse_range(field, 100);
    return range.kind == RangeKind::part && range.first == first && range.length == length;
  };
  CHECK(part("bytes=0-0", 0, 1));
  CHECK(part("bytes=10-19", 10, 10));
  CHECK(part("bytes=90-", 90, 10));
  CHECK(part("bytes=-5", 95, 5));
  CHECK(part("bytes=-500", 0, 100));
  CHECK(part("bytes=50-5000", 50, 50));
  CHECK(parse_range("bytes=100-", 100).kind == RangeKind::unsatisfiable);
  CHECK(parse_range("bytes=-0", 100).kind == RangeKind::unsatisfiable);
  CHECK(parse_range("bytes=0-", 0).kind == RangeKind::unsatisfiable);
  for (std::string_view whole : {"bytes=5-4", "bytes=a-b", "bytes=", "bytes=-", "lines=1-2", "bytes=0-1,3-4",
                                 "bytes=99999999999999999999-", "bytes=1-99999999999999999999"}) {
    CHECK(parse_range(whole, 100).kind == RangeKind::whole);
  }
}

TEST_CASE("http: content types") {
  CHECK(content_type("/index.html") == "text/html; charset=utf-8");
  CHECK(content_type("/a.b/PHOTO.JPG") == "image/jpeg");
  CHECK(content_type("/a.html/none") == "application/octet-stream");
  CHECK(content_type("/none") == "application/octet-stream");
}

TEST_CASE("http: dates") {
  auto date = [](std::uint64_t seconds) {
    char room[64];
    Text text(room);
    write_date(text, seconds);
    return std::string(text.view());
  };
  CHECK(date(784111777) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK(date(0) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  CHECK(date(951782400) == "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
  CHECK(date(4102444799) == "Date: Thu, 31 Dec 2099 23:59:59 GMT\r\n");
}

TEST_CASE("http: a log line can't be broken by what a client sends") {
  char room[1024];
  Text line(room);
  Request request{};
  request.method_name = "GET";
  request.target = "/a\"b\\c\n\xff";
  write_log_line(line, 5, "::1", &request, 404, 10);
  CHECK(line.view() == R"({"ms":5,"peer":"::1","method":"GET","target":"/a\"b\\c\u000a\u00ff","status":404,"bytes":10})"
                       "\n");
}
