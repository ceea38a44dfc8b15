// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Messages of syslog() as RFC 5424 has them, of what programs and their peers may put into them.
#include <doctest.h>

#include <string>

#include "abi/server.h"
#include "posix/on_demand/system_log_message.h"

using namespace wick::system_log;

namespace {

std::string made(const Message& message) {
  char room[kMaxMessage];
  return {room, write(message, room)};
}

/// What becomes of a text alone.
std::string shown(std::string_view text) {
  const std::string whole = made({.priority = 14, .text = text});
  REQUIRE(whole.starts_with("<14>1 - - - - - -"));
  return whole.substr(17);
}

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

std::string date(std::uint64_t nanoseconds) {
  const std::string whole = made({.priority = 0, .date = nanoseconds});
  return whole.substr(5, whole.find(' ', 5) - 5);
}

}  // namespace

TEST_CASE("syslog: a whole message") {
  CHECK(made({.priority = 165,
              .date = 1'060'000'000'000'003'999,
              .host = "db.example",
              .application = "su",
              .process = 1,
              .text = "x y"}) == "<165>1 2003-08-04T12:26:40.000003Z db.example su 1 - - x y");
  CHECK(made({}) == "<0>1 - - - - - -");
}

TEST_CASE("syslog: dates to the microsecond, rounded down") {
  CHECK(date(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(date(951'782'399 * kNanoseconds + 999'999'999) == "2000-02-28T23:59:59.999999Z");
  CHECK(date(951'782'400 * kNanoseconds) == "2000-02-29T00:00:00.000000Z");
  CHECK(date(1'735'689'599 * kNanoseconds + 1'000) == "2024-12-31T23:59:59.000001Z");
  CHECK(date(UINT64_MAX) == "2554-07-21T23:34:33.709551Z");
}

TEST_CASE("syslog: a facility is one of 24, whoever gives it") {
  CHECK(with_facility(3, 19 << 3) == (19 << 3 | 3));
  CHECK(with_facility(2 << 3 | 7, 19 << 3) == (2 << 3 | 7));
  CHECK(with_facility(23 << 3, 0) == 23 << 3);
  CHECK(with_facility(24 << 3 | 1, 4 << 3) == (4 << 3 | 1));
  CHECK(with_facility(5, 127 << 3) == (1 << 3 | 5));
  CHECK(with_facility(-1, -1) == (1 << 3 | 7));
  CHECK(with_facility(0x7fffff04, 0) == (1 << 3 | 4));
}

TEST_CASE("syslog: fields are printable and no longer than they may be") {
  const std::string host(300, 'h'), ident(300, 'i');
  CHECK(made({.host = host, .application = ident}) ==
        "<0>1 - " + host.substr(0, 255) + " " + ident.substr(0, 48) + " - - -");
  CHECK(made({.application = "my app\n<1>\x7f\xc3\xa9"}) == "<0>1 - - my_app_<1>___ - - -");
  CHECK(made({.application = ""}) == "<0>1 - - - - - -");
}

TEST_CASE("syslog: a message is one line") {
  CHECK(shown("") == "");
  CHECK(shown("\n\r\n") == "");
  CHECK(shown("end\n") == " end");
  CHECK(shown("a\n<0>1 b\r\tc\x1b[2J\x7f") == " a#012<0>1 b#015#011c#033[2J#177");
  CHECK(shown(std::string_view("nul\0l", 5)) == " nul#000l");
}

TEST_CASE("syslog: UTF-8 is told by its mark, anything else goes as it is") {
  const std::string mark = " \xef\xbb\xbf";
  CHECK(shown("na\xc3\xafve \xf0\x9f\x95\xaf\n") == mark + "na\xc3\xafve \xf0\x9f\x95\xaf");
  for (const char* wrong : {"\xe9", "a\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\xff"}) {
    CAPTURE(wrong);
    CHECK(shown(wrong) == std::string(" ") + wrong);
  }
}

TEST_CASE("syslog: what is too long ends with a whole character") {
  CHECK(made({.text = std::string(5000, 'x')}).size() == kMaxMessage);
  const std::string controls = made({.text = std::string(5000, '\1')});
  CHECK(controls.size() > kMaxMessage - 4);
  CHECK(controls.ends_with("#001"));
  for (unsigned before = 0; before < 3; ++before) {
    std::string text(before, 'x');
    while (text.size() < kMaxMessage) text += "\xe2\x82\xac";
    for (std::size_t length : {text.size(), kMaxMessage - 1}) {
      const std::string whole = made({.text = text.substr(0, length)});
      CHECK(whole.contains("\xef\xbb\xbf"));
      CHECK(whole.ends_with("\xe2\x82\xac"));
      CHECK(whole.size() > kMaxMessage - 3);
    }
  }
}

TEST_CASE("the address of a server, with or without a port") {
  struct Case {
    std::string_view text, address;
    unsigned port;
  };
  for (const Case& good : {Case{"192.0.2.1", "192.0.2.1", 0}, Case{"192.0.2.1:1514", "192.0.2.1", 1514},
                           Case{"2001:db8::1", "2001:db8::1", 0}, Case{"[2001:db8::1]", "2001:db8::1", 0},
                           Case{"[2001:db8::1]:65535", "2001:db8::1", 65535}}) {
    CAPTURE(good.text);
    const auto server = wick::read_server(good.text);
    REQUIRE(server);
    CHECK(server->address == good.address);
    CHECK(server->port == good.port);
    CHECK(server->is_ipv6() == (good.address[0] == '2'));
  }
  for (const std::string_view bad :
       {"192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:1x", "192.0.2.1:-1", "[2001:db8::1",
        "[2001:db8::1]1514", "[2001:db8::1]:", "[192.0.2.1]:1514", "[]:1"}) {
    CAPTURE(bad);
    CHECK_FALSE(wick::read_server(bad));
  }
}
