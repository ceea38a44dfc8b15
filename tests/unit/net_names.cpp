// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Addresses as text, and DNS messages: right ones, and such as a liar sends.

#include <doctest.h>

#include <array>
#include <string>
#include <vector>

#include "net/address_text.h"
#include "net/resolver/message.h"

using namespace wick::net;
using namespace wick::net::dns;

namespace {

std::string text6(std::array<unsigned, 8> fields) {
  std::uint8_t bytes[16];
  for (unsigned at = 0; at < 8; ++at) {
    bytes[2 * at] = static_cast<std::uint8_t>(fields[at] >> 8);
    bytes[2 * at + 1] = static_cast<std::uint8_t>(fields[at]);
  }
  char text[kMaxAddressText];
  return {text, write_address(bytes, text)};
}

using Message = std::vector<std::uint8_t>;

constexpr std::uint16_t kId = 0x1234;

void put(Message& message, std::string_view bytes) { message.insert(message.end(), bytes.begin(), bytes.end()); }

/// An answer to a question for www.example, with `records` answers still to come.
Message answer(unsigned records, unsigned flags = 0x8180) {
  Message message{0x12,
                  0x34,
                  static_cast<std::uint8_t>(flags >> 8),
                  static_cast<std::uint8_t>(flags),
                  0,
                  1,
                  0,
                  static_cast<std::uint8_t>(records),
                  0,
                  0,
                  0,
                  0};
  put(message, std::string_view("\3www\7eXample\0\0\1\0\1", 17));
  return message;
}

struct Seen {
  Answer answer;
  std::vector<std::string> addresses;
};

Seen read(const Message& message) {
  const auto name = make_name("www.example");
  REQUIRE(name);
  Seen seen;
  seen.answer = read_answer(
      message, kId, *name, Type::a,
      [](void* context, std::span<const std::uint8_t> address) {
        char text[kMaxAddressText];
        static_cast<Seen*>(context)->addresses.emplace_back(text, write_address(address, text));
      },
      &seen);
  return seen;
}

}  // namespace

TEST_CASE("addresses as RFC 5952 writes them") {
  CHECK(text6({0x2001, 0xdb8, 0, 0, 0, 0, 2, 1}) == "2001:db8::2:1");
  CHECK(text6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}) == "2001:db8:0:1:1:1:1:1");
  CHECK(text6({0x2001, 0, 0, 1, 0, 0, 0, 1}) == "2001:0:0:1::1");
  CHECK(text6({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}) == "2001:db8::1:0:0:1");
  CHECK(text6({0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, 0xabc}) ==
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:abc");
  CHECK(text6({0, 0, 0, 0, 0, 0, 0, 0}) == "::");
  CHECK(text6({0, 0, 0, 0, 0, 0, 0, 1}) == "::1");
  CHECK(text6({0xfe80, 0, 0, 0, 0, 0, 0, 0}) == "fe80::");
  CHECK(text6({0, 0, 0, 0, 0, 0xffff, 0xc000, 0x204}) == "::ffff:192.0.2.4");
  const std::uint8_t four[] = {192, 0, 2, 255};
  char small[11], enough[12];
  CHECK(write_address(four, small) == 0);
  CHECK(write_address(four, enough) == 11);
}

TEST_CASE("dns: names keep the limits of RFC 1035") {
  CHECK(make_name("a.b."));
  CHECK_FALSE(make_name(""));
  CHECK_FALSE(make_name("."));
  CHECK_FALSE(make_name("a..b"));
  CHECK_FALSE(make_name(".a"));
  CHECK(make_name(std::string(63, 'a') + ".b"));
  CHECK_FALSE(make_name(std::string(64, 'a') + ".b"));
  std::string longest;
  for (int label = 0; label < 3; ++label) longest += std::string(63, 'a') + ".";
  const auto name = make_name(longest + std::string(61, 'b'));
  REQUIRE(name);
  CHECK(name->length == 255);
  CHECK_FALSE(make_name(longest + std::string(62, 'b')));
}

TEST_CASE("dns: all addresses, through aliases in any order") {
  Message message = answer(4);
  put(message, std::string_view("\5other\xc0\x10\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1", 22));
  put(message, std::string_view("\xc0\x0c\0\5\0\1\0\0\0\1\0\x08\5other\xc0\x10", 20));
  put(message, std::string_view("\5other\xc0\x10\0\1\0\1\0\0\0\1\0\4\xc0\0\2\2", 22));
  put(message, std::string_view("\4evil\xc0\x10\0\1\0\1\0\0\0\1\0\4\xc0\0\2\3", 21));
  const Seen seen = read(message);
  CHECK(seen.answer.valid);
  CHECK(seen.addresses == std::vector<std::string>{"192.0.2.1", "192.0.2.2"});
  char text[256];
  CHECK(write_name(seen.answer.name, text) != 0);
  CHECK(std::string(text) == "other.example");
}

TEST_CASE("dns: what is not the answer, and what a code says") {
  CHECK(read(answer(0)).answer.valid);
  CHECK(read(answer(0, 0x8183)).answer.code == Code::no_such_name);
  CHECK(read(answer(0, 0x8182)).answer.code == Code::server_failed);
  CHECK(read(answer(0, 0x8380)).answer.truncated);
  CHECK_FALSE(read(answer(0, 0x0180)).answer.valid);
  Message other = answer(0);
  other[1] = 0x35;
  CHECK_FALSE(read(other).answer.valid);
  other = answer(0);
  other[13] = 'v';
  CHECK_FALSE(read(other).answer.valid);
}

TEST_CASE("dns: liars end") {
  Message loop = answer(1);
  put(loop, std::string_view("\xc0\x1d\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1", 16));  // a name that points at itself
  CHECK(read(loop).addresses.empty());
  Message alias = answer(1);
  put(alias, std::string_view("\xc0\x0c\0\5\0\1\0\0\0\1\0\2\xc0\x0c", 14));  // an alias of itself
  CHECK(read(alias).addresses.empty());
  Message whole = answer(1);
  put(whole, std::string_view("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1", 16));
  CHECK(read(whole).addresses.size() == 1);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK(read(Message(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))).addresses.empty());
  }
}
