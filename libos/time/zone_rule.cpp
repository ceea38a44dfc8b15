// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "time/zone_rule.h"

#include "time/civil.h"

namespace wick::time {

namespace {

constexpr std::int64_t kDay = 86400;
constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

}  // namespace

class ZoneRule::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    skip(1);
    return true;
  }

  /// Three letters or more, or what stands between '<' and '>'.
  bool name(char (&to)[kNameBytes]) {
    const bool quoted = take('<');
    std::size_t length = 0;
    for (; length < rest_.size(); length++) {
      const char c = rest_[length];
      if (!letter(c) && !(quoted && (digit(c) || c == '+' || c == '-'))) break;
    }
    if (length < 3 || length >= kNameBytes) return false;
    for (std::size_t i = 0; i < length; i++) to[i] = rest_[i];
    to[length] = '\0';
    skip(length);
    return !quoted || take('>');
  }

  bool number(std::int32_t& to, std::int32_t least, std::int32_t most) {
    if (rest_.empty() || !digit(rest_.front())) return false;
    to = 0;
    while (!rest_.empty() && digit(rest_.front())) {
      to = to * 10 + (rest_.front() - '0');
      if (to > most) return false;
      skip(1);
    }
    return to >= least;
  }

  /// [+-]hh[:mm[:ss]] in seconds.
  bool time(std::int32_t& to, std::int32_t most_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t hours = 0, minutes = 0, seconds = 0;
    if (!number(hours, 0, most_hours)) return false;
    if (take(':')) {
      if (!number(minutes, 0, 59)) return false;
      if (take(':') && !number(seconds, 0, 59)) return false;
    }
    to = hours * 3600 + minutes * 60 + seconds;
    if (negative) to = -to;
    return true;
  }

  bool change(Change& to) {
    to = {};
    if (take('M')) {
      to.day = Change::Day::of_week;
      if (!number(to.month, 1, 12) || !take('.') || !number(to.week, 1, 5) || !take('.') || !number(to.number, 0, 6))
        return false;
    } else if (take('J')) {
      to.day = Change::Day::but_29_february;
      if (!number(to.number, 1, 365)) return false;
    } else if (!number(to.number, 0, 365)) {
      return false;
    }
    return !take('/') || time(to.second, 167);
  }

 private:
  void skip(std::size_t count) { rest_ = {rest_.data() + count, rest_.size() - count}; }
  std::string_view rest_;
};

bool ZoneRule::parse(std::string_view text) {
  Parser parser(text);
  ZoneRule rule;
  std::int32_t west = 0;
  if (!parser.name(rule.name_) || !parser.time(west, 24)) return false;
  rule.offset_ = -west;
  if (!parser.at_end()) {
    if (!parser.name(rule.summer_name_)) return false;
    rule.has_summer_ = true;
    west -= 3600;
    if (!parser.at_end() && !parser.next_is(',') && !parser.time(west, 24)) return false;
    rule.summer_offset_ = -west;
    // Without dates POSIX leaves them open; those of the United States are what other systems take.
    Parser usual(",M3.2.0,M11.1.0");
    Parser& dates = parser.at_end() ? usual : parser;
    if (!dates.take(',') || !dates.change(rule.begins_) || !dates.take(',') || !dates.change(rule.ends_) ||
        !dates.at_end())
      return false;
  }
  *this = rule;
  return true;
}

std::int64_t ZoneRule::Change::in(std::int64_t year) const {
  std::int64_t at = days_before(year, 0) + number;
  if (day == Day::but_29_february) at -= number >= 60 && leap(year) ? 0 : 1;
  if (day == Day::of_week) {
    const std::int64_t first = days_before(year, month - 1), next = days_before(year, month);
    std::int64_t ahead = (number - (first + 4) % 7) % 7;  // 1970 began on a Thursday
    if (ahead < 0) ahead += 7;
    at = first + ahead + (std::int64_t{week} - 1) * 7;
    while (at >= next) at -= 7;
  }
  return at * kDay + second;
}

Shown ZoneRule::at(std::int64_t instant) const {
  if (!has_summer_) return standard();
  const std::int64_t year = year_of(divide(instant + offset_, kDay));
  const std::int64_t begin = begins_.in(year)-offset_, end = ends_.in(year)-summer_offset_;
  const bool is_summer = begin < end ? instant >= begin && instant < end : instant >= begin || instant < end;
  return is_summer ? summer() : standard();
}

}  // namespace wick::time
