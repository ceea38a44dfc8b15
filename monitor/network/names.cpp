// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/names.h"

#include <sys/random.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace wick::monitor {
namespace {

constexpr std::size_t kHeader = 12, kMaxName = 253, kMaxMessage = 4096;
constexpr std::uint16_t kA = 1, kAaaa = 28, kInternet = 1;
constexpr std::uint8_t kNoName = 3, kNotThere = 4;

std::uint16_t random_id() {
  std::uint16_t value = 0;
  if (getrandom(&value, sizeof value, 0) != sizeof value) return 0;
  return value;
}

/// The name at `at`, which moves behind it. Pointers lead back only, so this ends.
std::optional<std::string> read_name(Bytes message, std::size_t& at) {
  std::string name;
  std::size_t here = at, limit = message.size();
  bool jumped = false;
  for (;;) {
    if (here >= message.size()) return {};
    const std::uint8_t length = message[here];
    if (length >= 0xc0) {
      if (here + 1 >= message.size()) return {};
      const std::size_t target = load16(&message[here]) & 0x3fff;
      if (target >= limit || target >= here) return {};
      if (!jumped) at = here + 2;
      jumped = true;
      limit = here = target;
      continue;
    }
    if (length > 63 || here + 1 + length > message.size()) return {};
    if (length == 0) {
      if (!jumped) at = here + 1;
      return name;
    }
    if (!name.empty()) name += '.';
    for (unsigned i = 0; i < length; ++i) {
      const auto c = message[here + 1 + i];
      if (c == '.' || c == 0) return {};
      name += static_cast<char>(std::tolower(c));
    }
    if (name.size() > kMaxName) return {};
    here += 1u + length;
  }
}

struct Asked {
  std::string name;
  std::uint16_t type;
};

/// The one question of a message. @param at behind it
std::optional<Asked> read_question(Bytes message, std::size_t& at) {
  if (message.size() < kHeader || load16(&message[4]) != 1) return {};
  at = kHeader;
  auto name = read_name(message, at);
  if (!name || at + 4 > message.size() || load16(&message[at + 2]) != kInternet) return {};
  const std::uint16_t type = load16(&message[at]);
  at += 4;
  return Asked{std::move(*name), type};
}

/// A question, or with `code` the answer that there is none.
Names::Message write(std::uint16_t id, const Asked& asked, std::optional<std::uint8_t> code) {
  Names::Message out(kHeader);
  store16(&out[0], id);
  store16(&out[2], code ? 0x8180u | *code : 0x0100u);
  store16(&out[4], 1);
  for (std::size_t at = 0; at < asked.name.size();) {
    const std::size_t end = std::min(asked.name.find('.', at), asked.name.size());
    out.push_back(static_cast<std::uint8_t>(end - at));
    out.insert(out.end(), asked.name.begin() + static_cast<std::ptrdiff_t>(at),
               asked.name.begin() + static_cast<std::ptrdiff_t>(end));
    at = end + 1;
  }
  const std::uint8_t rest[] = {0, static_cast<std::uint8_t>(asked.type >> 8), static_cast<std::uint8_t>(asked.type), 0,
                               kInternet};
  out.insert(out.end(), rest, rest + sizeof rest);
  return out;
}

}  // namespace

Names::Question Names::ask(Bytes message, const Endpoint& guest, const std::function<bool(std::string_view)>& allowed) {
  std::size_t at = 0;
  const auto asked = read_question(message, at);
  if (!asked || message[2] & 0xf8) return {};  // an answer, or another kind of request
  const std::uint16_t id = load16(&message[0]);
  if (!allowed(asked->name)) return {{}, write(id, *asked, kNoName)};
  if (asked->type != kA && asked->type != kAaaa) return {{}, write(id, *asked, kNotThere)};
  if (waiting_.size() == kMaxWaiting) waiting_.erase(waiting_.begin());
  waiting_.push_back({guest, id, random_id(), asked->type, asked->name});
  return {write(waiting_.back().own_id, *asked, {}), {}};
}

Names::Answer Names::answer(Bytes message, const Endpoint& guest) {
  std::size_t at = 0;
  const auto asked = read_question(message, at);
  if (!asked || !(message[2] & 0x80) || message.size() > kMaxMessage) return {};
  const auto mine = std::ranges::find_if(waiting_, [&](const Waiting& waiting) {
    return waiting.guest == guest && waiting.own_id == load16(&message[0]) && waiting.type == asked->type &&
           waiting.name == asked->name;
  });
  if (mine == waiting_.end()) return {};
  Answer out{Message(message.begin(), message.end()), write(mine->id, *asked, kNoName), asked->name, {}};
  store16(&out.message[0], mine->id);
  waiting_.erase(mine);
  for (unsigned left = load16(&message[6]); left; --left) {
    const auto owner = read_name(message, at);
    if (!owner || at + 10 > message.size()) return {};
    const std::uint16_t type = load16(&message[at]), length = load16(&message[at + 8]);
    at += 10;
    if (at + length > message.size()) return {};
    if (type == kA && length == 4) out.addresses.push_back(Address::v4(load32(&message[at])));
    if (type == kAaaa && length == 16) std::memcpy(out.addresses.emplace_back().bytes.data(), &message[at], 16);
    at += length;
  }
  return out;
}

}  // namespace wick::monitor
