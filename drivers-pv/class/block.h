// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A block device: requests are queued, complete in any order, and are reported by polling. The layer above turns
// this into blocking reads and writes.

#include "abi/types.h"

namespace wick::drivers {

enum class BlockOperation : std::uint8_t { read, write, flush, discard };

/// Lives with the caller until it is done; `status` is `would_block` until then.
struct BlockRequest {
  BlockOperation operation;
  std::uint64_t sector;  ///< of 512 bytes; the first of a block of the device
  void* data;            ///< in the DMA pool for reads
  std::uint32_t length;  ///< bytes, whole blocks of the device; for discard the bytes to drop
  Status status;
  BlockRequest* next;  ///< the driver's own
  void* owner;         ///< the caller's own
};

struct BlockInfo {
  std::uint64_t sectors;       ///< of 512 bytes
  std::uint32_t block_size;    ///< the least that the device reads or writes: bytes, 512 or a larger power of two
  std::uint32_t most_bytes;    ///< that one request may read or write; 0: any number
  std::uint32_t most_discard;  ///< bytes that one discard may drop
  bool read_only, can_flush, can_discard;
  char serial[21];  ///< the name that the outside gave, NUL-terminated; volumes are matched by it
  EventMask events;
};

constexpr std::uint32_t kSectorBytes = 512;

/// What the layer above takes of the DMA pool for each disk whose bytes it moves, unless the disk's blocks are longer.
inline constexpr std::uint32_t kVolumeBuffer = 128 << 10;

constexpr bool usable_block_size(std::uint32_t bytes) { return bytes >= kSectorBytes && (bytes & (bytes - 1)) == 0; }

/// Whether it begins and ends with blocks of the device and lies within it. Not of a flush.
constexpr bool in_whole_blocks(const BlockRequest& request, const BlockInfo& info) {
  const std::uint64_t sectors = request.length / kSectorBytes, unit = info.block_size / kSectorBytes;
  return request.length != 0 && request.length % info.block_size == 0 && request.sector % unit == 0 &&
         sectors <= info.sectors && request.sector <= info.sectors - sectors;
}

/// Whether a disk takes such a request, as it has described itself: every driver asks this first.
constexpr Status check_request(const BlockRequest& request, const BlockInfo& info) {
  if (request.operation == BlockOperation::flush) return info.can_flush ? Status::ok : Status::unsupported;
  if (!in_whole_blocks(request, info)) return Status::bad_argument;
  if (request.operation != BlockOperation::read && info.read_only) return Status::denied;
  if (request.operation == BlockOperation::discard) {
    if (!info.can_discard) return Status::unsupported;
    return request.length <= info.most_discard ? Status::ok : Status::bad_argument;
  }
  return info.most_bytes == 0 || request.length <= info.most_bytes ? Status::ok : Status::bad_argument;
}

class Block {
 public:
  virtual BlockInfo info() const = 0;
  /// As info(), with the size that the disk has by now: a disk may grow while it is in use.
  virtual BlockInfo look_again() { return info(); }
  /// @return would_block when the ring is full, bad_argument outside of the device or for parts of blocks
  virtual Status submit(BlockRequest& request) = 0;
  virtual void flush_queue() = 0;  ///< one doorbell at most
  /// Sets the status of finished requests and calls `done` for each.
  virtual unsigned poll(void (*done)(BlockRequest&)) = 0;
  virtual bool arm() = 0;  ///< as Network::arm

 protected:
  ~Block() = default;
};

}  // namespace wick::drivers
