// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the channel of a disk adapter carries (VMSTOR): commands of SCSI, and the few words that come before them. Facts
// of Linux' and FreeBSD's drivers.

#include <cstddef>
#include <cstdint>

namespace wick::drivers::hyperv {

enum class StorOperation : std::uint32_t {
  complete_io = 1,  ///< every answer
  execute = 3,
  begin = 7,
  end = 8,
  version = 9,  ///< whose first two bytes are minor and major
  properties = 10,
};

/// A command, and in the answer what became of it.
struct StorRequest {
  std::uint16_t length;
  std::uint8_t status;  ///< how far it came: StorStatus, and kSenseValid
  std::uint8_t scsi_status;
  std::uint8_t port, path, target, lun;
  std::uint8_t cdb_length, sense_length;
  std::uint8_t direction;  ///< 0: to the device; 1: from it; 2: no data
  std::uint8_t reserved;
  std::uint32_t data_length;
  std::uint8_t cdb[20];  ///< in the answer the sense data
  std::uint16_t reserved_2;
  std::uint8_t queue_tag, queue_action;
  std::uint32_t flags, timeout;  ///< seconds
  std::uint32_t sort_key;
};
static_assert(sizeof(StorRequest) == 52 && offsetof(StorRequest, flags) == 40);

struct StorPacket {
  StorOperation operation;
  std::uint32_t wants_answer;
  std::uint32_t status;
  StorRequest request;
};
static_assert(sizeof(StorPacket) == 64);

inline constexpr std::uint16_t kStorVersions[] = {0x602, 0x600, 0x501};  ///< newest first

inline constexpr std::uint8_t kToDevice = 0, kFromDevice = 1, kNoDataMoves = 2;
inline constexpr std::uint32_t kQueueAction = 1 << 1, kNoSynchronousTransfer = 1 << 3, kDataIn = 1 << 6,
                               kDataOut = 1 << 7;
inline constexpr std::uint8_t kSimpleTag = 0x20;

inline constexpr std::uint8_t kStatusMask = 0x3f;
enum class StorStatus : std::uint8_t { success = 1, error = 4, overrun = 0x12 };

/// Memory of PacketType::gpa_direct: one range, whose page numbers follow.
struct GpaRange {
  std::uint32_t reserved, ranges;
  std::uint32_t bytes, offset;
};
static_assert(sizeof(GpaRange) == 16);

}  // namespace wick::drivers::hyperv
