// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is said over an appliance's control socket, a Unix socket that keeps messages apart (SOCK_SEQPACKET): a request,
// and after a while its answer. Both are of one size and say which version they are. A question's text is one more
// message behind the answer. For programs of the host.

#include <cstddef>
#include <cstdint>

namespace wick {

inline constexpr std::uint32_t kControlMagic = 0x4c54434b;  // "KCTL"
inline constexpr std::uint16_t kControlVersion = 1;

/// For a snapshot with one open file beside it (SCM_RIGHTS): ordinary, empty, to be written. It is on the disk when
/// `done` is answered. The others are questions about the guest, which goes on.
struct ControlRequest {
  enum class What : std::uint16_t { snapshot = 1, metrics = 2, threads = 3, crash = 4 };
  static constexpr std::uint32_t kEndAfterwards = 1;  ///< the appliance ends, with code 0, once it has answered

  std::uint32_t magic = kControlMagic;
  std::uint16_t version = kControlVersion;
  What what = What::snapshot;
  std::uint32_t flags = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(ControlRequest) == 16);

/// Whether it is one of this version.
constexpr bool is_request(const ControlRequest& request) {
  return request.magic == kControlMagic && request.version == kControlVersion &&
         request.what >= ControlRequest::What::snapshot && request.what <= ControlRequest::What::crash &&
         !(request.flags & ~(request.what == ControlRequest::What::snapshot ? ControlRequest::kEndAfterwards : 0)) &&
         request.reserved == 0;
}

/// Of a question's text.
inline constexpr std::size_t kMaxReportBytes = 96 << 10;

struct ControlAnswer {
  enum class Result : std::uint16_t { done = 0, refused = 1, failed = 2 };  ///< refused: the request is none

  std::uint32_t magic = kControlMagic;
  std::uint16_t version = kControlVersion;
  Result result = Result::done;
  std::uint64_t stopped_ns = 0;  ///< so long the guest stood still; to its end where that was asked for
  char sentence[240] = "";       ///< what is wrong, without a period; ends with a 0
};
static_assert(sizeof(ControlAnswer) == 256);

}  // namespace wick
