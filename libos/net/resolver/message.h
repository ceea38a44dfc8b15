// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// DNS messages (RFC 1035 §4): writing a question, reading the answer. What a server or somebody in its place sends is
// hostile input: every length is checked, and a name that points at itself ends. Pure logic, without sockets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wick::net::dns {

inline constexpr std::size_t kMaxName = 255;  ///< in the message's form, §2.3.4
inline constexpr std::size_t kMaxLabel = 63;
inline constexpr std::size_t kMaxQuestion = 12 + kMaxName + 4;
inline constexpr std::size_t kMaxDatagram = 512;  ///< §2.3.4; what is longer comes over TCP

enum class Type : std::uint16_t { a = 1, cname = 5, aaaa = 28 };

/// §4.1.1, RCODE
enum class Code : std::uint8_t {
  good = 0,
  format = 1,
  server_failed = 2,
  no_such_name = 3,
  unknown_kind = 4,
  refused = 5
};

/// A name in the message's form: labels with their lengths, in lower case, the root's zero at the end.
struct Name {
  std::uint8_t bytes[kMaxName];
  std::size_t length = 0;

  friend bool operator==(const Name& a, const Name& b);
};

/// Nothing for an empty name, an empty label, one over 63 bytes, or over 255 bytes in all.
std::optional<Name> make_name(std::string_view text);

/// The name as text, without a last dot. @return bytes, or 0 when there is no room
std::size_t write_name(const Name& name, std::span<char> to);

/// @return bytes written
std::size_t write_question(std::span<std::uint8_t, kMaxQuestion> to, std::uint16_t id, const Name& name, Type type);

/// The id, whatever else the message is. 0 for one that is too short.
std::uint16_t id_of(std::span<const std::uint8_t> message);

struct Answer {
  bool valid = false;      ///< an answer to this very question; else nothing of the rest counts
  bool truncated = false;  ///< ask again over TCP
  Code code = Code::good;
  Name name;  ///< what the question's name is called at the end of its aliases
};

/// Called for each address: 4 bytes or 16.
using Found = void (*)(void* context, std::span<const std::uint8_t> address);

Answer read_answer(std::span<const std::uint8_t> message, std::uint16_t id, const Name& name, Type type, Found found,
                   void* context);

}  // namespace wick::net::dns
