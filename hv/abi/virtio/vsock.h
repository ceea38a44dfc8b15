// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-vsock (virtio 1.2 §5.10): streams between guest and host. Three queues: what arrives, what is sent, events.

#include "abi/virtio/common.h"

namespace wick::virtio {

enum class VsockQueue : std::uint16_t { receive = 0, transmit = 1, event = 2 };

/// §5.10.4
struct VsockConfiguration {
  std::uint64_t guest_cid;  ///< the guest's address
};
static_assert(sizeof(VsockConfiguration) == 8);

inline constexpr std::uint64_t kHostCid = 2;  ///< §5.10.4.1: the host's
inline constexpr std::uint16_t kVsockStream = 1;

/// §5.10.6
enum class VsockOperation : std::uint16_t {
  invalid = 0,
  request = 1,
  response = 2,
  reset = 3,
  shutdown = 4,
  data = 5,
  credit_update = 6,
  credit_request = 7,
};

/// Of a shutdown: what its sender won't do any more (§5.10.6.5).
inline constexpr std::uint32_t kVsockReceivesNoMore = 1, kVsockSendsNoMore = 2;

/// §5.10.6: in front of each packet. No field is aligned to more than 4 bytes in a buffer.
struct [[gnu::packed]] VsockHeader {
  std::uint64_t from_cid, to_cid;
  std::uint32_t from_port, to_port;
  std::uint32_t length;  ///< bytes behind it
  std::uint16_t type;
  VsockOperation operation;
  std::uint32_t flags;
  std::uint32_t room;    ///< buf_alloc: bytes that the sender holds for this connection
  std::uint32_t passed;  ///< fwd_cnt: bytes of them that have gone on, modulo 2^32
};
static_assert(sizeof(VsockHeader) == 44);

/// Of packets between our own ends: header and data.
inline constexpr std::uint32_t kVsockPacket = 8192, kVsockData = kVsockPacket - sizeof(VsockHeader);

}  // namespace wick::virtio
