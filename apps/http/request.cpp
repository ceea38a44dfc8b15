// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <picohttpparser.h>

#include <charconv>

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
  unsigned hosts = 0, lengths = 0;
  bool coded = false;
};

/// @return 0 or the status that refuses the request
int take_field(std::string_view name, std::string_view value, Fields& fields, Request& request) {
  switch (name.size()) {
    case 4:
      if (same(name, "host")) ++fields.hosts;
      break;
    case 5:
      if (same(name, "range")) request.range = value;
      break;
    case 8:
      if (same(name, "if-range")) request.if_range = value;
      break;
    case 10:
      if (same(name, "connection")) {
        if (lists(value, "close")) {
          request.keep_alive = false;
        } else if (request.old && lists(value, "keep-alive")) {
          request.keep_alive = true;
        }
      }
      break;
    case 13:
      if (same(name, "if-none-match")) request.if_none_match = value;
      break;
    case 14:
      if (same(name, "content-length")) {
        if (++fields.lengths > 1 || !number(value, request.body)) return 400;
      }
      break;
    case 17:
      if (same(name, "transfer-encoding")) fields.coded = true;
      break;
    default:
      break;
  }
  return 0;
}

/// Why the parser refused: only for the choice of the status.
int refusal(std::string_view bytes, std::size_t field_count) {
  if (field_count == kMaxFields) return 431;
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

}  // namespace

Parsed parse_request(std::string_view bytes, std::size_t already, Request& request) {
  [[clang::uninitialized]] phr_header fields[kMaxFields];
  std::size_t field_count = kMaxFields;
  const char *method, *target;
  std::size_t method_length, target_length;
  int minor;
  int length = phr_parse_request(bytes.data(), bytes.size(), &method, &method_length, &target, &target_length, &minor,
                                 fields, &field_count, already);
  if (length == -2) {
    if (bytes.size() < kMaxHead) return {kIncomplete, 0};
    return {bytes.find('\n') == bytes.npos ? 414 : 431, 0};
  }
  if (length < 0) return {refusal(bytes, field_count), 0};
  if (static_cast<std::size_t>(length) > kMaxHead) return {431, 0};
  if (target_length > kMaxTarget) return {414, 0};
  if (method_length == 0 || target_length == 0) return {400, 0};

  request = {.method = Method::other,
             .keep_alive = minor >= 1,
             .old = minor == 0,
             .method_name = {method, method_length},
             .target = {target, target_length},
             .range = {},
             .if_range = {},
             .if_none_match = {},
             .body = 0};
  if (request.method_name == "GET") {
    request.method = Method::get;
  } else if (request.method_name == "HEAD") {
    request.method = Method::head;
  }
  Fields seen;
  for (std::size_t at = 0; at < field_count; ++at) {
    if (!fields[at].name) return {400, 0};  // a folded line, RFC 9112 §5.2
    std::string_view value = trimmed({fields[at].value, fields[at].value_len});
    if (int status = take_field({fields[at].name, fields[at].name_len}, value, seen, request)) return {status, 0};
  }
  if (seen.hosts > 1 || (seen.hosts == 0 && !request.old)) return {400, 0};
  if (seen.coded) return {seen.lengths != 0 ? 400 : 501, 0};
  if (request.body > kMaxBody) return {413, 0};
  return {0, static_cast<std::size_t>(length)};
}

}  // namespace http
