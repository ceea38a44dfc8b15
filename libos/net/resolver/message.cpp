// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver/message.h"

#include <cstring>

namespace wick::net::dns {
namespace {

constexpr std::size_t kHeader = 12, kFixedRecord = 10;
constexpr std::uint16_t kResponse = 0x8000, kOperation = 0x7800, kTruncated = 0x0200, kRecursion = 0x0100;
constexpr std::uint16_t kInternet = 1;
constexpr unsigned kMaxAliases = 16, kMaxPointers = 64;

using Bytes = std::span<const std::uint8_t>;

std::uint16_t load16(Bytes message, std::size_t at) {
  return static_cast<std::uint16_t>(message[at] << 8 | message[at + 1]);
}

void store16(std::uint8_t*& to, unsigned value) {
  *to++ = static_cast<std::uint8_t>(value >> 8);
  *to++ = static_cast<std::uint8_t>(value);
}

std::uint8_t lower(std::uint8_t c) { return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + 32) : c; }

/// Reads the name at `at` and moves behind it. A pointer must lead backwards (§4.1.4), which ends every chain.
bool read_name(Bytes message, std::size_t& at, Name& name) {
  name.length = 0;
  std::size_t from = at, least = at;
  bool moved = false;
  for (unsigned pointers = 0;;) {
    if (from >= message.size()) return false;
    const std::uint8_t length = message[from];
    if (length >= 0xc0) {
      if (from + 2 > message.size() || ++pointers > kMaxPointers) return false;
      const std::size_t target = load16(message, from) & 0x3fffu;
      if (!moved) at = from + 2;
      moved = true;
      if (target >= least) return false;
      from = least = target;
      continue;
    }
    if (length > kMaxLabel || from + 1 + length > message.size() || name.length + 1 + length > kMaxName) return false;
    name.bytes[name.length++] = length;
    for (unsigned byte = 0; byte < length; ++byte) name.bytes[name.length++] = lower(message[from + 1 + byte]);
    from += 1u + length;
    if (length != 0) continue;
    if (!moved) at = from;
    return true;
  }
}

struct Record {
  Name owner;
  std::uint16_t type, kind;
  std::size_t data, length;
};

bool read_record(Bytes message, std::size_t& at, Record& record) {
  if (!read_name(message, at, record.owner) || at + kFixedRecord > message.size()) return false;
  record.type = load16(message, at);
  record.kind = load16(message, at + 2);
  record.length = load16(message, at + 8);
  record.data = at + kFixedRecord;
  at = record.data + record.length;
  return at <= message.size();
}

/// Calls `visit` for each record of the answer section, until it returns false or the message ends.
template <typename Visit>
void each_record(Bytes message, std::size_t at, Visit&& visit) {
  Record record;
  for (unsigned left = load16(message, 6); left != 0; --left) {
    if (!read_record(message, at, record) || !visit(record)) return;
  }
}

}  // namespace

bool operator==(const Name& a, const Name& b) {
  return a.length == b.length && std::memcmp(a.bytes, b.bytes, a.length) == 0;
}

std::optional<Name> make_name(std::string_view text) {
  Name name;
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  while (!text.empty()) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > kMaxLabel || name.length + 2 + label.size() > kMaxName) return {};
    name.bytes[name.length++] = static_cast<std::uint8_t>(label.size());
    for (char c : label) name.bytes[name.length++] = lower(static_cast<std::uint8_t>(c));
    if (dot == text.npos) break;
    text.remove_prefix(dot + 1);
    if (text.empty()) return {};
  }
  if (name.length == 0) return {};
  name.bytes[name.length++] = 0;
  return name;
}

std::size_t write_name(const Name& name, std::span<char> to) {
  std::size_t used = 0;
  for (std::size_t at = 0; at < name.length && name.bytes[at] != 0; at += 1u + name.bytes[at]) {
    const std::size_t length = name.bytes[at];
    if (used + length + 2 > to.size()) return 0;
    if (used != 0) to[used++] = '.';
    for (std::size_t byte = 0; byte < length; ++byte) {
      const auto c = static_cast<char>(name.bytes[at + 1 + byte]);
      if (c == '.' || c <= ' ' || c == 0x7f) return 0;  // no host is called so; a dot inside of a label would deceive
      to[used++] = c;
    }
  }
  if (used != 0) to[used] = 0;
  return used;
}

std::size_t write_question(std::span<std::uint8_t, kMaxQuestion> to, std::uint16_t id, const Name& name, Type type) {
  std::uint8_t* at = to.data();
  for (unsigned field : {unsigned{id}, unsigned{kRecursion}, 1u, 0u, 0u, 0u}) store16(at, field);
  std::memcpy(at, name.bytes, name.length);
  at += name.length;
  store16(at, static_cast<unsigned>(type));
  store16(at, kInternet);
  return static_cast<std::size_t>(at - to.data());
}

std::uint16_t id_of(Bytes message) { return message.size() < kHeader ? 0 : load16(message, 0); }

Answer read_answer(Bytes message, std::uint16_t id, const Name& name, Type type, Found found, void* context) {
  Answer answer;
  if (message.size() < kHeader || load16(message, 0) != id) return answer;
  const std::uint16_t flags = load16(message, 2);
  if ((flags & (kResponse | kOperation)) != kResponse || load16(message, 4) != 1) return answer;
  std::size_t at = kHeader;
  Name asked;
  if (!read_name(message, at, asked) || at + 4 > message.size() || !(asked == name)) return answer;
  if (load16(message, at) != static_cast<std::uint16_t>(type) || load16(message, at + 2) != kInternet) return answer;
  at += 4;
  answer.valid = true;
  answer.truncated = (flags & kTruncated) != 0;
  answer.code = static_cast<Code>(flags & 15);
  answer.name = name;
  if (answer.code != Code::good) return answer;

  // Aliases may stand in any order (RFC 1034 §3.6.2 sets none): one pass for each step of their chain.
  for (unsigned step = 0; step < kMaxAliases; ++step) {
    bool followed = false;
    each_record(message, at, [&](const Record& record) {
      if (record.kind != kInternet || record.type != static_cast<std::uint16_t>(Type::cname)) return true;
      if (!(record.owner == answer.name)) return true;
      std::size_t target = record.data;
      Name next;
      if (!read_name(message, target, next) || target != record.data + record.length) return false;
      followed = !(next == answer.name);
      answer.name = next;
      return false;
    });
    if (!followed) break;
  }
  const std::size_t bytes = type == Type::a ? 4 : 16;
  each_record(message, at, [&](const Record& record) {
    if (record.kind == kInternet && record.type == static_cast<std::uint16_t>(type) && record.length == bytes &&
        record.owner == answer.name) {
      found(context, message.subspan(record.data, bytes));
    }
    return true;
  });
  return answer;
}

}  // namespace wick::net::dns
