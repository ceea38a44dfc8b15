// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two rings of a PVSCSI adapter: commands on their way to it, and what it says has become of them. Pure, but for
// memory that the device shares: registers are the adapter's.

#include "class/access.h"
#include "class/scsi_pending.h"
#include "vmware/pvscsi.h"

namespace wick::drivers::vmware {

class Commands {
 public:
  constexpr Commands() = default;

  static constexpr std::uint64_t dma_bytes() { return dma_share(sizeof(Shared), kAdapterPage); }
  /// @return false when the pool is used up
  bool place(DmaPool& pool);
  /// Says where all this is.
  RingSetup describe() const;

  /// As ScsiAdapter::submit.
  Status put(const ScsiCommand& command, void* token);
  /// Commands put in all, modulo 2^32.
  std::uint32_t count() const { return put_; }

  /// Whether the device says that it has done something.
  bool ready() const;
  /// Takes the oldest completion; only when `ready()`. @return false when the device broke the rules
  bool take(ScsiAnswer& answer);
  /// Of a device that was stopped: one more command has failed. @return false when none is under way
  bool abandon(ScsiAnswer& answer) { return pending_.fail_one(answer); }

  /// It named a command that it hasn't got: nothing is given to it or taken from it any more.
  bool broken() const { return broken_; }
  bool none() const { return pending_.none(); }

 private:
  static constexpr std::uint32_t kSenseBytes = 32;
  /// Whole pages first.
  struct alignas(kAdapterPage) Shared {
    AdapterRequest requests[kAdapterRequests];
    AdapterCompletion completions[kAdapterCompletions];
    alignas(kAdapterPage) RingState state;
    std::uint8_t sense[kAdapterRequests][kSenseBytes];
  };

  Shared* shared_ = nullptr;
  std::uint32_t put_ = 0, taken_ = 0;
  PendingCommands pending_;  ///< a command's context is its place plus one
  bool broken_ = false;
};
static_assert(kAdapterRequests == PendingCommands::kMost);

}  // namespace wick::drivers::vmware
