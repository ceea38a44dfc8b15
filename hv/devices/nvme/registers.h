// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The controller's registers (NVM Express 1.4, §3.1).

#include "abi/types.h"

namespace wick::hv::nvme {

enum class Register : std::uint32_t {
  capabilities = 0x00,
  capabilities_high = 0x04,
  version = 0x08,
  configuration = 0x14,
  status = 0x1c,
  admin_queue_sizes = 0x24,
  admin_submission_queue = 0x28,  ///< 64 bits
  admin_completion_queue = 0x30,  ///< 64 bits
  doorbells = 0x1000,
};

/// §3.1.1
struct Capabilities {
  std::uint64_t value;

  std::uint32_t most_entries() const { return static_cast<std::uint32_t>(value & 0xffff) + 1; }
  std::uint32_t half_seconds() const { return value >> 24 & 0xff; }  ///< until `ready` follows `enable` at the latest
  std::uint32_t doorbell_stride() const { return 4u << (value >> 32 & 0xf); }  ///< bytes
  bool has_nvm_commands() const { return value >> 37 & 1; }
  bool has_4k_pages() const { return (value >> 48 & 0xf) == 0; }
};

// §3.1.5: command set NVM, memory pages of 4 KiB and round-robin arbitration are fields of zero; entries of 64 and 16
// bytes.
inline constexpr std::uint32_t kEnable = 1, kEntrySizes = 6 << 16 | 4 << 20;
// §3.1.6
inline constexpr std::uint32_t kReady = 1, kFatal = 2;

}  // namespace wick::hv::nvme
