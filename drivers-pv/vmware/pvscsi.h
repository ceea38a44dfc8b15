// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a PVSCSI adapter and its driver share: registers, a page of indices and two rings. VMware publishes the layout
// with its driver of Linux.

#include <cstddef>

#include "abi/types.h"

namespace wick::drivers::vmware {

enum class AdapterRegister : std::uint16_t {
  command = 0x0000,
  command_data = 0x0004,  ///< what belongs to the command, word by word
  command_status = 0x0008,
  interrupt_mask = 0x2010,
  kick_other = 0x3014,
  kick_transfer = 0x4018,  ///< for reads and writes, which the device may gather
};
inline constexpr std::uint64_t kAdapterBytes = 0x8000;

enum class AdapterCommand : std::uint32_t { reset = 1, set_up_rings = 3 };

inline constexpr std::uint32_t kCompletedInterrupts = 3;
inline constexpr std::uint32_t kAdapterPage = 4096, kMaxRingPages = 32;

/// With AdapterCommand::set_up_rings. Places are numbers of pages.
struct RingSetup {
  std::uint32_t request_pages, completion_pages;
  std::uint64_t state;
  std::uint64_t requests[kMaxRingPages], completions[kMaxRingPages];
};
static_assert(sizeof(RingSetup) == 528);

/// Indices count on and on; rings are powers of two.
struct RingState {
  std::uint32_t request_put, request_taken, request_shift;
  std::uint32_t completion_put, completion_taken, completion_shift;
};

struct AdapterRequest {
  std::uint64_t context;
  std::uint64_t data, data_length;
  std::uint64_t sense;
  std::uint32_t sense_length;
  std::uint32_t flags;  ///< kNoData, kToHost or kToDevice
  std::uint8_t cdb[16];
  std::uint8_t cdb_length;
  std::uint8_t lun[8];
  std::uint8_t tag, bus, target, processor;
  std::uint8_t padding[59];
};
static_assert(offsetof(AdapterRequest, cdb) == 40 && offsetof(AdapterRequest, target) == 67);
static_assert(sizeof(AdapterRequest) == 128);
inline constexpr std::uint32_t kNoData = 1 << 2, kToHost = 1 << 3, kToDevice = 1 << 4;
inline constexpr std::uint8_t kSimpleTag = 0x20;

struct AdapterCompletion {
  std::uint64_t context, data_length;
  std::uint32_t sense_length;
  std::uint16_t host_status, target_status;
  std::uint32_t padding[2];
};
static_assert(sizeof(AdapterCompletion) == 32);
/// AdapterCompletion::host_status: done, and done with fewer bytes than there was room for.
inline constexpr std::uint16_t kHostGood = 0x00, kHostUnderrun = 0x0c;

inline constexpr std::uint32_t kAdapterRequests = kAdapterPage / sizeof(AdapterRequest);
inline constexpr std::uint32_t kAdapterCompletions = kAdapterPage / sizeof(AdapterCompletion);
static_assert(kAdapterCompletions >= kAdapterRequests);

}  // namespace wick::drivers::vmware
