// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <charconv>
#include <cstring>

#include "scanner.h"
#include "text.h"

namespace http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether a comma-separated list has the token.
bool lists(std::string_view list, std::string_view lower) {
  while (!list.empty()) {
    std::size_t comma = list.find(',');
    if (same(trimmed(list.substr(0, comma)), lower)) return true;
    if (comma == list.npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

bool number(std::string_view text, std::uint64_t& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

struct Fields {
  unsigned count = 0, hosts = 0, lengths = 0;
  bool coded = false, closes = false;
};

/// Whether a token of as many bytes is this word of 4 to 24 letters and hyphens, without regard to case.
template <std::size_t kSize>
bool named(std::string_view token, const char (&lower)[kSize]) {
  constexpr std::size_t kLength = kSize - 1;
  using Word = std::conditional_t < kLength<8, std::uint32_t, std::uint64_t>;
  static_assert(kLength >= 4 && kLength <= 3 * sizeof(Word));
  constexpr Word kCase = static_cast<Word>(0x2020202020202020);  // which letters alone of a token differ by
  Word different = 0;
  for (std::size_t at = 0; at < kLength; at += sizeof(Word)) {
    const std::size_t from = at + sizeof(Word) <= kLength ? at : kLength - sizeof(Word);
    Word has, wanted;
    std::memcpy(&has, token.data() + from, sizeof(Word));
    std::memcpy(&wanted, lower + from, sizeof(Word));
    different |= (has | kCase) ^ wanted;
  }
  return different == 0;
}

/// @return 0 or the status that refuses the request
int take_field(std::string_view name, std::string_view value, Fields& fields, Request& request) {
  switch (name.size()) {
    case 4:
      if (named(name, "host")) ++fields.hosts;
      break;
    case 5:
      if (named(name, "range")) request.range = value;
      break;
    case 8:
      if (named(name, "if-range")) request.if_range = value;
      break;
    case 10:
      if (named(name, "connection")) {
        if (lists(value, "close")) {
          request.keep_alive = false;
          fields.closes = true;
        } else if (request.old && !fields.closes && lists(value, "keep-alive")) {
          request.keep_alive = true;
        }
      }
      break;
    case 13:
      if (named(name, "if-none-match")) request.if_none_match = value;
      break;
    case 14:
      if (named(name, "content-length")) {
        if (++fields.lengths > 1 || !number(value, request.body)) return 400;
      }
      break;
    case 17:
      if (named(name, "transfer-encoding")) fields.coded = true;
      break;
    default:
      break;
  }
  return 0;
}

/// Why a head can't be read: only for the choice of the status.
int refusal(std::string_view bytes) {
  std::size_t end = bytes.find('\n');
  std::string_view line = trimmed(bytes.substr(0, end));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::size_t version = line.rfind(" HTTP/");
  if (end != bytes.npos && version != line.npos) {
    std::string_view rest = line.substr(version + 6);
    if (rest.size() == 3 && rest[0] >= '0' && rest[0] <= '9' && rest[0] != '1' && rest[1] == '.') return 505;
    if (rest.size() == 1 && rest[0] >= '2' && rest[0] <= '9') return 505;
  }
  return 400;
}

Parsed unfinished(std::string_view bytes) {
  if (bytes.size() < kMaxHead) return {kIncomplete, 0};
  return {bytes.find('\n') == bytes.npos ? 414 : 431, 0};
}

/// Whether the empty line behind a head is among bytes that came later.
bool finished(std::string_view bytes, std::size_t already) {
  const std::string_view news = bytes.substr(already < 3 ? 0 : already - 3);
  return news.find("\n\r\n") != news.npos || news.find("\n\n") != news.npos;
}

/// The first line. @return whether it is there and well-formed
bool take_line(Scanner& in, Request& request) {
  if (in.at_line_end() && !in.line_end()) return false;  // one empty line before it is allowed, RFC 9112 §2.2
  const auto method = in.word();
  if (!method) return false;
  const auto target = in.word();
  if (!target) return false;
  const auto minor = in.version();
  if (!minor || !in.line_end()) return false;
  request.method_name = *method;
  request.target = *target;
  request.old = *minor == 0;
  request.keep_alive = *minor != 0;
  request.method = request.method_name == "GET"    ? Method::get
                   : request.method_name == "HEAD" ? Method::head
                                                   : Method::other;
  return true;
}

}  // namespace

Parsed parse_request(std::string_view bytes, std::size_t already, Request& request) {
  // Who sends single bytes is not to have all of them read again for each.
  if (already != 0 && !finished(bytes, already)) return unfinished(bytes);
  request = {};
  Fields seen;
  Scanner in(bytes);
  bool good = take_line(in, request);
  while (good && !in.at_line_end()) {
    const auto name = in.name();
    const auto value = name ? in.value() : std::nullopt;
    good = value.has_value();
    if (!good) break;
    if (++seen.count > kMaxFields) return {431, 0};
    if (int status = take_field(*name, *value, seen, request)) return {status, 0};
  }
  if (good) good = in.line_end();
  if (!good) return in.incomplete() ? unfinished(bytes) : Parsed{refusal(bytes), 0};
  if (in.position() > kMaxHead) return {431, 0};
  if (request.target.size() > kMaxTarget) return {414, 0};
  if (seen.hosts > 1 || (seen.hosts == 0 && !request.old)) return {400, 0};
  if (seen.coded) return {seen.lengths != 0 ? 400 : 501, 0};
  if (request.body > kMaxBody) return {413, 0};
  return {0, in.position()};
}

}  // namespace http
