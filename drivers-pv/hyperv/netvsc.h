// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a network's channel carries: NVSP, which arranges buffers, and RNDIS within it, which is what goes through them.
// Facts of Linux' and FreeBSD's drivers for NVSP, and of Microsoft's [MS-RNDIS] and NDIS reference.

#include <cstddef>
#include <cstdint>

namespace wick::drivers::hyperv {

enum class NvspType : std::uint32_t {
  init = 1,  ///< a, b: versions, lowest and highest. Answer: b and c: longest chain, status
  init_done = 2,
  ndis_version = 100,    ///< a, b: major and minor
  receive_buffer = 101,  ///< a: handle, b: number. Answer: a: status
  receive_buffer_done = 102,
  send_buffer = 104,  ///< a: handle, b: number. Answer: a: status, b: bytes of a section
  send_buffer_done = 105,
  rndis = 107,        ///< a: channel, b: section of the send buffer, c: bytes there
  rndis_done = 108,   ///< a: status
  ndis_config = 125,  ///< a: longest frame, c and d: abilities
};

struct NvspMessage {
  NvspType type;
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  std::uint32_t rest[5]{};
};
static_assert(sizeof(NvspMessage) == 40);  // hosts take no less than 32

/// The beginning of what comes.
struct NvspAnswer {
  NvspType type;
  std::uint32_t a, b;
};
static_assert(sizeof(NvspAnswer) == 12);

inline constexpr std::uint32_t kNvspVersions[] = {0x50000, 0x40000, 0x30002};  ///< newest first
inline constexpr std::uint32_t kNvspSuccess = 1;
inline constexpr std::uint32_t kDataChannel = 0, kControlChannel = 1;
inline constexpr std::uint16_t kReceiveBufferId = 0xcafe;

/// Before the ranges of PacketType::transfer_pages.
struct TransferHeader {
  std::uint16_t buffer;
  std::uint16_t reserved;
  std::uint32_t ranges;
};
static_assert(sizeof(TransferHeader) == 8);

struct TransferRange {
  std::uint32_t bytes, offset;
};
static_assert(sizeof(TransferRange) == 8);

enum class RndisType : std::uint32_t {
  packet = 1,
  init = 2,
  query = 4,
  set = 5,
  indicate = 7,
  init_done = 0x8000'0002,
  query_done = 0x8000'0004,
  set_done = 0x8000'0005,
};

struct RndisHeader {
  RndisType type;
  std::uint32_t length;  ///< of the whole message
};
static_assert(sizeof(RndisHeader) == 8);

/// Offsets count from the first field behind the header.
struct RndisPacket {
  RndisHeader header;
  std::uint32_t data_offset, data_length;
  std::uint32_t out_of_band[3];
  std::uint32_t info_offset, info_length;
  std::uint32_t reserved[2];
};
static_assert(sizeof(RndisPacket) == 44);

/// Facts about a packet, one behind the other.
struct RndisInfo {
  std::uint32_t bytes, type, offset, value;
};
static_assert(sizeof(RndisInfo) == 16);
inline constexpr std::uint32_t kInfoChecksum = 0;
inline constexpr std::uint32_t kChecksumFailed = 7, kChecksumGood = 1 << 3 | 1 << 4;  ///< of TCP, UDP, IP; of TCP, UDP

/// For init: version, twice, and the longest message; else object, bytes and place of its value, which stands behind.
struct RndisRequest {
  RndisHeader header;
  std::uint32_t id, a, b, c, d, value;
};
static_assert(sizeof(RndisRequest) == 32);
inline constexpr std::uint32_t kInitBytes = 24, kQueryBytes = 28, kValueOffset = kQueryBytes - sizeof(RndisHeader);

/// Of a query; others end with the status.
struct RndisAnswer {
  RndisHeader header;
  std::uint32_t id, status;
  std::uint32_t value_length, value_offset;
};
static_assert(sizeof(RndisAnswer) == 24);

struct RndisIndication {
  RndisHeader header;
  std::uint32_t status;
};
static_assert(sizeof(RndisIndication) == 12);
inline constexpr std::uint32_t kMediaConnected = 0x4001'000b, kMediaDisconnected = 0x4001'000c;

inline constexpr std::uint32_t kObjectAddress = 0x0101'0102, kObjectLink = 0x0001'0114, kObjectFilter = 0x0001'010e;
inline constexpr std::uint32_t kFilter = 1 | 4 | 8;  ///< directed, all multicast, broadcast

}  // namespace wick::drivers::hyperv
