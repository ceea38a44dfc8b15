// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All that a driver may know of where it runs: memory that a device may reach, registers, and the numbers of its
// events. The guest fills this in from BootInfo, and so does hv when it owns the device (docs/architecture.md); a
// driver can't tell.

#include <bit>

#include "abi/device.h"
#include "abi/types.h"

namespace wick::drivers {

/// Hands out pieces of the DMA pool until it is used up; drivers live as long as the machine, so nothing is ever
/// given back.
class DmaPool {
 public:
  constexpr DmaPool() = default;
  constexpr DmaPool(Gpa start, std::uint64_t length) : next_(raw(start)), end_(raw(start) + length) {}

  /// Zeroed memory.
  /// @param alignment a power of two  @return nullptr when the pool is used up
  void* take(std::uint64_t bytes, std::uint64_t alignment);

  /// Memory as it was left. For what is written before anybody reads it: clearing hundreds of buffers costs more
  /// instructions than the rest of a boot, and touches pages that a quiet appliance never needs.
  void* take_uncleared(std::uint64_t bytes, std::uint64_t alignment);

  std::uint64_t left() const { return end_ - next_; }

 private:
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
};

/// The most that a pool loses by `take` with these arguments, wherever it begins.
constexpr std::uint64_t dma_share(std::uint64_t bytes, std::uint64_t alignment) { return bytes + alignment - 1; }

/// The address that a device must be told for `pointer` (the guest is mapped identically).
inline Gpa device_address(const void* pointer) { return Gpa{reinterpret_cast<std::uint64_t>(pointer)}; }

/// Entries of a ring when `wanted` are asked for: a power of two.
/// @param fewest 0 or a power of two  @param most a power of two
constexpr std::uint32_t ring_entries(std::uint32_t wanted, std::uint32_t fewest, std::uint32_t most) {
  const std::uint32_t entries = std::bit_floor(wanted < most ? wanted : most);
  return entries < fewest ? fewest : entries;
}

/// Tells whoever has the other side of a device that its driver has something for it.
/// @param number of those that the device brought along
using Notify = Status (*)(std::uint32_t number);

/// What a driver's probe function gets.
struct Access {
  const DeviceEntry& device;
  DmaPool& pool;
  std::uint32_t ring_size;  ///< wanted entries a queue, a power of two; the device may offer less
  Notify notify;            ///< for devices that are told by a number instead of a register
};

/// Leaves one sentence for the log. @return `status`
inline Status explain(const char*& trouble, Status status, const char* why) {
  trouble = why;
  return status;
}

}  // namespace wick::drivers
