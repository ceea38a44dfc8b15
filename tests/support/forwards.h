// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Port forwards as people write them. `wick run` and the hosted monitor each have a parser, as neither may include the
// other; the tests of both read this table, so that the two accept the same.

#include <cstdint>

namespace wick::test {

struct ForwardExample {
  const char* text;
  std::uint16_t host, guest;
  bool udp;
};

constexpr ForwardExample good_forwards[] = {
    {"8080:80", 8080, 80, false},   {"5353:53/udp", 5353, 53, true},  {"7000", 7000, 7000, false},
    {"7000/udp", 7000, 7000, true}, {"1:65535/tcp", 1, 65535, false},
};

constexpr const char* bad_forwards[] = {
    "",
    ":",
    "/",
    "80:",
    ":80",
    "0:80",
    "80:0",
    "8080:80:",
    "65536:80",
    "80:65536",
    "8080:80/",
    "8080:80/sctp",
    "8080:80/TCP",
    "a:80",
    "80:a",
    "80 :80",
    "-1:80",
    "+1:80",
    "8080:80/tcp/udp",
    "1:2:3:4",
    "::80",
};

}  // namespace wick::test
