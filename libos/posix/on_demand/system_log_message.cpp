// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See system_log_message.h.

#include "posix/on_demand/system_log_message.h"

#include <algorithm>

#include "time/civil.h"

namespace wick::system_log {
namespace {

constexpr int kSeverity = 0x07, kFacility = 0x3f8, kMaxFacility = 23 << 3, kUser = 1 << 3;
constexpr std::size_t kMaxHost = 255, kMaxApplication = 48;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class Writer {
 public:
  explicit Writer(std::span<char> to) : to_(to) {}

  void put(std::string_view text) {
    const std::size_t length = std::min(text.size(), room());
    std::copy_n(text.data(), length, to_.data() + used_);
    used_ += length;
  }

  void put(std::uint64_t number, unsigned digits, unsigned base = 10) {
    char text[20];
    unsigned length = 0;
    for (; number != 0 || length < digits; number /= base) text[length++] = static_cast<char>('0' + number % base);
    std::reverse(text, text + length);
    put({text, length});
  }

  /// A field of the header and the blank behind it.
  void field(std::string_view text, std::size_t most) {
    if (text.empty()) text = "-";
    for (char c : text.substr(0, most)) {
      const char shown = c > ' ' && c < '\x7f' ? c : '_';
      put({&shown, 1});
    }
    put(" ");
  }

  std::size_t room() const { return to_.size() - used_; }
  std::size_t used() const { return used_; }

 private:
  std::span<char> to_;
  std::size_t used_ = 0;
};

void put_date(Writer& out, std::optional<std::uint64_t> date) {
  if (!date) return out.put("- ");
  const auto seconds = static_cast<std::int64_t>(*date / 1'000'000'000);
  const std::int64_t day = seconds / 86400, year = time::year_of(day);
  std::int64_t month = 0;
  while (month < 11 && time::days_before(year, month + 1) <= day) month++;
  const auto put = [&](std::int64_t number, unsigned digits, std::string_view behind) {
    out.put(static_cast<std::uint64_t>(number), digits);
    out.put(behind);
  };
  put(year, 4, "-");
  put(month + 1, 2, "-");
  put(day - time::days_before(year, month) + 1, 2, "T");
  put(seconds / 3600 % 24, 2, ":");
  put(seconds / 60 % 60, 2, ":");
  put(seconds % 60, 2, ".");
  put(static_cast<std::int64_t>(*date / 1000 % 1'000'000), 6, "Z ");
}

constexpr bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Bytes of the UTF-8 character that the text starts with, by its shortest form (RFC 3629); 0 if it is none.
std::size_t character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if (!continues(text[at])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;  // longer than needed; surrogates
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;  // likewise; beyond U+10FFFF
  return length;
}

enum class Kind { ascii, utf8, other };

Kind kind_of(std::string_view text) {
  Kind kind = Kind::ascii;
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) return Kind::other;
    if (length > 1) kind = Kind::utf8;
    text.remove_prefix(length);
  }
  return kind;
}

void put_text(Writer& out, std::string_view text) {
  const Kind kind = kind_of(text);
  if (kind == Kind::utf8) out.put(kByteOrderMark);
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    const bool control = c < ' ' || c == 0x7f;
    const std::size_t length = kind == Kind::utf8 ? character(text) : 1;
    if (out.room() < (control ? 4 : length)) return;
    if (control) {
      out.put("#");
      out.put(c, 3, 8);
    } else {
      out.put(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

}  // namespace

int with_facility(int priority, int facility) {
  const auto usable = [](int wanted) { return (wanted & kFacility) != 0 && (wanted & kFacility) <= kMaxFacility; };
  const int chosen = usable(priority) ? priority : usable(facility) ? facility : kUser;
  return (chosen & kFacility) | (priority & kSeverity);
}

std::size_t write(const Message& message, std::span<char, kMaxMessage> to) {
  Writer out(to);
  out.put("<");
  out.put(static_cast<std::uint64_t>(message.priority & (kFacility | kSeverity)), 1);
  out.put(">1 ");
  put_date(out, message.date);
  out.field(message.host, kMaxHost);
  out.field(message.application, kMaxApplication);
  if (message.process)
    out.put(*message.process, 1);
  else
    out.put("-");
  out.put(" - -");  // neither a kind of message nor structured data
  std::string_view text = message.text.substr(0, to.size());
  if (text.size() + 1 >= to.size()) {  // there is no room for its end, which may be a part of a character
    while (!text.empty() && continues(text.back())) text.remove_suffix(1);
    if (!text.empty()) text.remove_suffix(1);
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return out.used();
  out.put(" ");
  put_text(out, text);
  return out.used();
}

}  // namespace wick::system_log
