// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One HTTP/1.1 request head (RFC 9112), read by a Scanner and judged by the rules that keep a server safe behind
// any proxy: one Host, one Content-Length, no transfer coding that we would not decode. Knows nothing of sockets.

#include <cstdint>
#include <string_view>

namespace http {

inline constexpr std::size_t kMaxHead = 8192;    ///< bytes of request line and header together
inline constexpr std::size_t kMaxTarget = 2048;  ///< bytes of request target
inline constexpr unsigned kMaxFields = 64;
inline constexpr std::uint64_t kMaxBody = 65536;  ///< a body that we skip; larger ones are refused

enum class Method : std::uint8_t { get, head, other };

struct Request {
  Method method;
  bool keep_alive;
  bool old;  ///< HTTP/1.0
  std::string_view method_name;
  std::string_view target;
  std::string_view range;  ///< value of Range, or empty
  std::string_view if_range;
  std::string_view if_none_match;
  std::uint64_t body;  ///< bytes that follow the head

  /// A GET of today without conditions, of which more are to come.
  bool plain() const { return method == Method::get && keep_alive && !old && range.empty() && if_none_match.empty(); }
};

/// What came of the bytes so far.
struct Parsed {
  int status;          ///< 0: a request; kIncomplete; else the error to answer before closing
  std::size_t length;  ///< bytes of the head, when status is 0
};
inline constexpr int kIncomplete = -1;

/// @param already bytes of `bytes` that an earlier call has found incomplete
Parsed parse_request(std::string_view bytes, std::size_t already, Request& request);

}  // namespace http
