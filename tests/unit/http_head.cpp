// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// apps/http's reader of heads beside picohttpparser, which many servers read with: of heads that are mangled at random,
// both take the same ones, as the same requests.

#include <doctest.h>
#include <picohttpparser.h>

#include <memory>
#include <random>
#include <string>

#include "request.h"
#include "text.h"

using namespace http;

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first, last - first + 1);
}

struct Reference {
  int length;  ///< of the head, or what the parser says of it
  std::string_view method, target, range;
  unsigned hosts = 0, folded = 0, lengths = 0, coded = 0;
  int minor;
};

Reference read(std::string_view bytes, std::size_t already) {
  phr_header fields[kMaxFields];
  std::size_t count = kMaxFields, method_length = 0, target_length = 0;
  const char *method = nullptr, *target = nullptr;
  Reference found{};
  found.length = phr_parse_request(bytes.data(), bytes.size(), &method, &method_length, &target, &target_length,
                                   &found.minor, fields, &count, already);
  if (found.length <= 0) return found;
  found.method = {method, method_length};
  found.target = {target, target_length};
  for (std::size_t at = 0; at < count; ++at) {
    const std::string_view name(fields[at].name ? fields[at].name : "", fields[at].name ? fields[at].name_len : 0);
    found.folded += fields[at].name == nullptr;
    found.hosts += same(name, "host");
    found.lengths += same(name, "content-length");
    found.coded += same(name, "transfer-encoding");
    if (same(name, "range")) found.range = trimmed({fields[at].value, fields[at].value_len});
  }
  return found;
}

bool acceptable(const Reference& found) {
  return !found.method.empty() && !found.target.empty() && found.folded == 0 && found.hosts <= 1 &&
         (found.hosts == 1 || found.minor == 0) && found.coded == 0 && found.lengths == 0;
}

constexpr std::string_view kHeads[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /hello.txt HTTP/1.1\r\nHost: 198.18.7.2\r\nUser-Agent: b/1 (c; d)\r\nRange: bytes=1-2 \r\nAccept: "
    "*/*\r\n\r\nGET /",
    "HEAD /a/b?c=d%20e HTTP/1.0\nAccept-Language:\ten, de;q=0.5\nCookie: f=\"g h\"\n\n",
    "\r\nPOST /x HTTP/1.1\r\nhOsT:\r\nX-Y!#$%&'*+-.^_`|~1: \tz\t \r\n folded\r\n\r\n",
};
constexpr std::string_view kPieces[] = {"\r",   "\n",   "\r\n",        " ",        "\t", ":",   "\x7f",
                                        "\xff", "\x01", "Host: b\r\n", "HTTP/1.1", "/",  "\n\r"};

std::string mangled(std::mt19937& random) {
  std::string text(kHeads[random() % std::size(kHeads)]);
  for (unsigned changes = random() % 4; changes != 0 && !text.empty(); --changes) {
    const std::size_t at = random() % text.size();
    switch (random() % 5) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, random() % 3 + 1);
        break;
      case 2:
        text.resize(at);
        break;
      default:
        text.insert(at, kPieces[random() % std::size(kPieces)]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("http: heads are read as picohttpparser does") {
  std::mt19937 random(3);
  unsigned taken = 0, unfinished = 0, refused = 0;
  for (unsigned round = 0; round < 300'000; ++round) {
    const std::string text = mangled(random);
    // In memory of its own: what is read beyond the end is seen.
    const auto bytes = std::make_unique<char[]>(text.size());
    text.copy(bytes.get(), text.size());
    const std::string_view head(bytes.get(), text.size());
    std::size_t already = random() % 4 == 0 && !text.empty() ? random() % text.size() : 0;
    if (read(head.substr(0, already), 0).length != -2) already = 0;
    const Reference wanted = read(head, already);
    Request request;
    const Parsed parsed = parse_request(head, already, request);
    CAPTURE(text);
    if (wanted.length > 0 && acceptable(wanted)) {
      REQUIRE(parsed.status == 0);
      REQUIRE(parsed.length == static_cast<std::size_t>(wanted.length));
      REQUIRE(request.method_name == wanted.method);
      REQUIRE(request.target == wanted.target);
      REQUIRE(request.range == wanted.range);
      REQUIRE(request.old == (wanted.minor == 0));
      ++taken;
    } else if (wanted.length == -2) {
      // What can't become a request any more may be refused at once.
      REQUIRE(parsed.status != 0);
      unfinished += parsed.status == kIncomplete;
    } else if (wanted.length != -1 && wanted.lengths != 0) {
      continue;  // how a length is judged is no matter of the parser's
    } else {
      // More of one is only looked at when it has an end.
      REQUIRE((parsed.status > 0 || (already != 0 && parse_request(head, 0, request).status > 0)));
      ++refused;
    }
  }
  CHECK(taken > 50'000);
  CHECK(unfinished > 10'000);
  CHECK(refused > 50'000);
}

TEST_CASE("http: a head in pieces is unfinished until its last byte") {
  const std::string text(kHeads[1].substr(0, kHeads[1].size() - 5));
  Request request;
  for (std::size_t length = 0; length < text.size(); ++length) {
    CHECK(parse_request(std::string_view(text).substr(0, length), 0, request).status == kIncomplete);
    if (length != 0)
      CHECK(parse_request(std::string_view(text).substr(0, length), length - 1, request).status == kIncomplete);
  }
  CHECK(parse_request(text, text.size() - 1, request).status == 0);
}
