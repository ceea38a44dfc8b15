// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See choice.h.

#include "metadata/choice.h"

namespace wick::metadata {

namespace {

char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c; }

bool is_address(std::string_view text, const HardwareAddress& own) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < 6; i++) {
    if (lower(text[3 * i]) != kDigits[own.bytes[i] >> 4] || lower(text[3 * i + 1]) != kDigits[own.bytes[i] & 15] ||
        (i < 5 && text[3 * i + 2] != ':'))
      return false;
  }
  return true;
}

}  // namespace

void Choice::offer(const Node& interface, const Node* address) {
  seen_ = true;
  if (address && !is_address(address->text, own_)) return;
  if (address ? matches_++ : others_++) return;
  (address ? match_ : other_) = &interface;
}

Fault Choice::choose(const Node& at, const Node*& chosen) const {
  chosen = match_ ? match_ : other_;
  if (!seen_) return {"names no interface", at.line};
  if (!chosen) return {"names no interface with this machine's hardware address", at.line};
  if (match_ ? matches_ > 1 : others_ > 1) return {"names several interfaces that may be this machine's", at.line};
  return {};
}

}  // namespace wick::metadata
