// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Time zones by rule and from files, beside what the host's C library makes of the same text and the same bytes.

#include <doctest.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "time/zone_file.h"

using namespace wick;

namespace {

constexpr std::int64_t kDay = 86400;

tm host(std::int64_t instant) {
  const time_t at = instant;
  tm shown;
  localtime_r(&at, &shown);
  return shown;
}

void set_host(const std::string& zone) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
}

template <typename Zone>
void compare(const Zone& zone, std::int64_t from, std::int64_t to, std::int64_t step) {
  for (std::int64_t at = from; at < to; at += step) {
    const tm expected = host(at);
    const time::Shown shown = zone.at(at);
    if (shown.offset == expected.tm_gmtoff && shown.summer == (expected.tm_isdst > 0) &&
        std::strcmp(shown.name, expected.tm_zone) == 0)
      continue;
    CAPTURE(at);
    CHECK(shown.offset == expected.tm_gmtoff);
    CHECK(shown.summer == (expected.tm_isdst > 0));
    CHECK(std::string(shown.name) == expected.tm_zone);
    return;
  }
}

struct Kind {
  std::int32_t offset;
  std::uint8_t summer, name;
};

void put(std::string& to, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) to += static_cast<char>(value >> (bytes * 8));
}

/// @param bytes_of_time 4 or 8
std::string block(const std::vector<std::int64_t>& changes, const std::vector<std::uint8_t>& indices,
                  const std::vector<Kind>& kinds, const std::string& names, unsigned bytes_of_time) {
  std::string made = "TZif2" + std::string(15, '\0');
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{0}, std::size_t{0}, changes.size(), kinds.size(), names.size()})
    put(made, count, 4);
  for (const std::int64_t change : changes) put(made, static_cast<std::uint64_t>(change), bytes_of_time);
  for (const std::uint8_t index : indices) made += static_cast<char>(index);
  for (const Kind& kind : kinds) {
    put(made, static_cast<std::uint32_t>(kind.offset), 4);
    made += static_cast<char>(kind.summer);
    made += static_cast<char>(kind.name);
  }
  return made + names;
}

/// A zone with a local mean time, two offsets and a rule behind them, in the shape of Europe's.
std::string zone(const std::string& rule) {
  const std::string names("LMT\0CET\0CEST\0MSK", 17);
  const std::vector<Kind> kinds = {{3208, 0, 0}, {3600, 0, 4}, {7200, 1, 8}, {10800, 0, 13}};
  const std::vector<std::int64_t> changes = {-2422054408, -1693706400, -1680483600, -776563200, 323830800, 338950800};
  return block({}, {}, {{0, 0, 0}}, std::string("UTC\0", 4), 4) + block(changes, {1, 2, 1, 3, 2, 1}, kinds, names, 8) +
         "\n" + rule + "\n";
}

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("A zone by rule shows what the host's C library shows") {
  for (const char* text :
       {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "NZST-12NZDT,M9.5.0,M4.1.0/3", "<+0330>-3:30",
        "GMT0BST,M3.5.0/1,M10.5.0", "IST-1GMT0,M10.5.0,M3.5.0/1", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
        "AAA3BBB,J60/0,J300", "AAA-3BBB,59,299/26:30:15", "EET-2EEST,M3.4.4/50,M10.4.4/50", "XXX-14:45:30"}) {
    CAPTURE(text);
    set_host(text);  // whose rules begin in 1970
    time::ZoneRule rule;
    REQUIRE(rule.parse(text));
    compare(rule, 366 * kDay, 90 * 365 * kDay, 35 * 3600 + 1234);
    // Around each change of a year, to the second.
    const std::int64_t year = 1704067200;
    for (std::int64_t day = year; day < year + 366 * kDay; day += kDay) {
      if (host(day).tm_isdst == host(day + kDay).tm_isdst) continue;
      for (std::int64_t at = day; at < day + kDay; at += 900) compare(rule, at - 1, at + 2, 1);
    }
  }
}

TEST_CASE("A zone with summer time and no dates has those of the United States") {
  time::ZoneRule without, with;
  REQUIRE(without.parse("AAA5BBB"));
  REQUIRE(with.parse("AAA5BBB,M3.2.0,M11.1.0"));
  for (std::int64_t at = 0; at < 50 * 365 * kDay; at += kDay / 4) REQUIRE(without.at(at).offset == with.at(at).offset);
}

TEST_CASE("What is no rule changes nothing") {
  time::ZoneRule rule;
  REQUIRE(rule.parse("CET-1CEST,M3.5.0,M10.5.0/3"));
  for (const char* text : {"", "Europe/Berlin", "CE-1", "CET", "CET-25", "CET-1:60", "CET-1CEST,", "CET-1CEST,M3.5.0",
                           "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
                           "CET-1CEST,J0,J5", "CET-1CEST,1,366", "CET-1CEST,1,2,", "<CET-1", "<>-1", "CET-1 ",
                           "ABCDEFGHIJKLMNOP-1", "CET-99999999999999999999"}) {
    CAPTURE(text);
    CHECK(!rule.parse(text));
  }
  CHECK(rule.at(1720000000).offset == 7200);
}

TEST_CASE("A zone from a file shows what the host's C library shows") {
  std::vector<std::string> made;  // until the end: glibc takes a file with the number and date of the last one for it
  for (const char* rule : {"CET-1CEST,M3.5.0,M10.5.0/3", "MSK-3", ""}) {
    CAPTURE(rule);
    const std::string content = zone(rule);
    char path[] = "/tmp/wick-zone-XXXXXX";
    const int descriptor = mkstemp(path);
    REQUIRE(write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    close(descriptor);
    made.push_back(path);
    set_host(std::string(":") + path);
    time::ZoneFile file;
    const char* wrong = file.open(bytes(content));
    REQUIRE(wrong == nullptr);
    compare(file, -100 * 365 * kDay, 90 * 365 * kDay, 35 * 3600 + 1234);
    for (const std::int64_t change : {-2422054408ll, -1693706400ll, -776563200ll, 323830800ll, 338950800ll})
      compare(file, change - 2, change + 2, 1);
  }
  for (const std::string& path : made) unlink(path.c_str());
}

TEST_CASE("A file that is cut, or lies, is refused and never read beyond its end") {
  const std::string whole = zone("CET-1CEST,M3.5.0,M10.5.0/3");
  time::ZoneFile file;
  CHECK(file.open(bytes(whole)) == nullptr);
  for (std::size_t length = 0; length < whole.size(); length++) {
    const std::vector<char> cut(whole.begin(),
                                whole.begin() + static_cast<std::ptrdiff_t>(length));  // no byte behind it
    const std::string_view view(cut.data(), cut.size());
    CHECK(file.open({reinterpret_cast<const std::uint8_t*>(view.data()), view.size()}) != nullptr);
  }
  unsigned refused = 0;
  for (std::size_t at = 0; at < whole.size(); at++) {
    for (const int value : {0, 1, 0x7f, 0xff}) {
      const auto altered = std::make_unique<std::string>(whole);
      (*altered)[at] = static_cast<char>(value);
      time::ZoneFile other;
      if (other.open(bytes(*altered))) {
        refused++;
        continue;
      }
      for (std::int64_t instant = -90 * 365 * kDay; instant < 90 * 365 * kDay; instant += 100 * kDay)
        CHECK(std::strlen(other.at(instant).name) < whole.size());
    }
  }
  CHECK(refused > 200);
  CHECK(file.at(1720000000).offset == 7200);
}
