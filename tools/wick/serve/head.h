// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which host a client asks for: the beginning of a request of HTTP/1.1, of which nothing is believed. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace wick::tool {

constexpr std::size_t kLongestHead = 8 * 1024;

struct Head {
  enum class State { unfinished, wrong, read } state = State::unfinished;
  std::string host;  ///< in lower case, without a port and a last dot
};

/// @param bytes what has come so far; of more than kLongestHead the first ones
Head read_head(std::string_view bytes);

/// As `Head::host`. @return empty: it is no host's name or address
std::string plain_host(std::string_view text);

}  // namespace wick::tool
