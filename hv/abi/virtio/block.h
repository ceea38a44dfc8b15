// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-blk (virtio 1.2 §5.2), one queue.

#include "abi/virtio/common.h"

namespace wick::virtio {

/// §5.2.3
inline constexpr std::uint64_t kMostBytes = feature(1), kReadOnly = feature(5), kBlockSize = feature(6);
inline constexpr std::uint64_t kFlush = feature(9), kDiscard = feature(13);

/// §5.2.4, as far as these features go.
struct BlockConfiguration {
  std::uint64_t capacity;                  ///< in sectors
  std::uint32_t most_bytes, reserved0[2];  ///< of a request's data
  std::uint32_t block_size;
  std::uint32_t reserved1[3];
  std::uint32_t most_discard_sectors;
  std::uint32_t most_discard_segments;
  std::uint32_t discard_alignment;
};
static_assert(offsetof(BlockConfiguration, block_size) == 20);
static_assert(offsetof(BlockConfiguration, most_discard_sectors) == 36);

/// §5.2.6
enum class BlockType : std::uint32_t { read = 0, write = 1, flush = 4, serial = 8, discard = 11 };

/// A request: this, its data, and a BlockAnswer.
struct BlockHeader {
  BlockType type;
  std::uint32_t reserved;
  std::uint64_t sector;
};
static_assert(sizeof(BlockHeader) == 16);

/// The data of BlockType::discard.
struct BlockDiscard {
  std::uint64_t sector;
  std::uint32_t sectors, flags;
};
static_assert(sizeof(BlockDiscard) == 16);

enum class BlockAnswer : std::uint8_t { ok = 0, error = 1, unsupported = 2 };

/// The data of BlockType::serial; no NUL behind it when it fills the room.
inline constexpr std::uint32_t kSerialBytes = 20;

}  // namespace wick::virtio
