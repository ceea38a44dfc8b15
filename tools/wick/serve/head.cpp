// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/head.h"

#include <picohttpparser.h>

#include <algorithm>
#include <array>
#include <span>

namespace wick::tool {
namespace {

constexpr std::size_t kMostFields = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is(std::string_view text, std::string_view other) { return std::ranges::equal(text, other, {}, lower, lower); }

/// "http://host/path", as a client says it to a proxy: its host counts (RFC 9112 §3.2.2).
std::string_view host_of_target(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (target.size() < kScheme.size() || !is(target.substr(0, kScheme.size()), kScheme)) return {};
  target.remove_prefix(kScheme.size());
  return target.substr(0, target.find_first_of("/?"));
}

}  // namespace

std::string plain_host(std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return {};
    port = text.substr(end + 1);
    text = text.substr(0, end + 1);
  } else if (const std::size_t colon = text.find(':'); colon != text.npos) {
    port = text.substr(colon);
    text = text.substr(0, colon);
  }
  if (!port.empty() && (port[0] != ':' || port.substr(1).find_first_not_of("0123456789") != port.npos)) return {};
  if (text.ends_with('.')) text.remove_suffix(1);
  constexpr std::size_t kLongest = 253;
  std::string host(text);
  std::ranges::transform(host, host.begin(), lower);
  const bool fine =
      host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_:[]") == host.npos && host.size() <= kLongest;
  return fine ? host : "";
}

Head read_head(std::string_view bytes) {
  const auto part = bytes.substr(0, kLongestHead);
  const char *method, *target;
  std::size_t method_length, target_length, count = kMostFields;
  int minor;
  std::array<phr_header, kMostFields> fields;
  const int length = phr_parse_request(part.data(), part.size(), &method, &method_length, &target, &target_length,
                                       &minor, fields.data(), &count, 0);
  constexpr int kUnfinished = -2;
  if (length == kUnfinished && bytes.size() < kLongestHead) return {};
  if (length < 0) return {Head::State::wrong, ""};
  std::string_view host;
  unsigned hosts = 0;
  for (const phr_header& field : std::span(fields).first(count)) {
    if (!field.name) return {Head::State::wrong, ""};  // a line that goes on (RFC 9112 §5.2): two readers, two values
    if (!is({field.name, field.name_len}, "host")) continue;
    host = {field.value, field.value_len};
    ++hosts;
  }
  if (const auto named = host_of_target({target, target_length}); !named.empty()) host = named;
  std::string plain = plain_host(host);
  if (hosts != 1 || plain.empty()) return {Head::State::wrong, ""};
  return {Head::State::read, std::move(plain)};
}

}  // namespace wick::tool
