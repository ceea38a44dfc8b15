// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Entries of the tables by which an x86 processor finds code, stacks and handlers (Intel SDM volume 3, §3.4.5, §6.14,
// §7.2.3, §8.7), for hv's own and for those that the monitor makes for a virtual processor. Pure, tested on the host.

#include <cstddef>
#include <cstdint>

namespace wick::hv {

/// The 64-bit task-state segment; the bitmap of ports, if there is one, follows.
struct [[gnu::packed]] TaskState {
  std::uint32_t reserved0;
  std::uint64_t rsp[3];
  std::uint64_t reserved1;
  std::uint64_t ist[7];
  std::uint64_t reserved2;
  std::uint16_t reserved3, io_map;
};
static_assert(sizeof(TaskState) == 104);

/// An entry of the IDT.
struct Gate {
  std::uint16_t offset0, selector;
  std::uint8_t ist, type;
  std::uint16_t offset1;
  std::uint32_t offset2, reserved;
};
static_assert(sizeof(Gate) == 16);

/// Present ones, for ring 0 unless kUserRing is added.
inline constexpr std::uint8_t kUserRing = 0x60;
inline constexpr std::uint8_t kInterruptGate = 0x8e, kTrapGate = 0x8f, kCode = 0x9b, kData = 0x93;
inline constexpr std::uint8_t kTaskAvailable = 0x89, kTaskBusy = 0x8b;

constexpr Gate gate(std::uint64_t entry, std::uint16_t selector, std::uint8_t ist, std::uint8_t type) {
  return {static_cast<std::uint16_t>(entry),       selector, ist, type, static_cast<std::uint16_t>(entry >> 16),
          static_cast<std::uint32_t>(entry >> 32), 0};
}

/// The upper half of a descriptor's byte 6: 64-bit code; anything else, 4 GiB of it.
inline constexpr std::uint64_t kCode64 = 0xa, kFlat = 0xc;

constexpr std::uint64_t flat_segment(std::uint64_t access, std::uint64_t attributes) {
  return 0xffff | access << 40 | 0xfull << 48 | attributes << 52;
}

/// Takes two entries.
struct TaskSegment {
  std::uint64_t low, high;
};

constexpr TaskSegment task_segment(std::uint64_t base, std::uint64_t length, std::uint64_t access) {
  return {(length - 1) | (base & 0xffffff) << 16 | access << 40 | (base >> 24 & 0xff) << 56, base >> 32};
}

}  // namespace wick::hv
