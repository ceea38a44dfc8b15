// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bringing an NVMe controller up: reset, admin queue, what it says of itself and of its first namespace, one pair of
// I/O queues. All waits are bounded.

#include "class/block.h"
#include "devices/nvme/queue.h"
#include "devices/nvme/registers.h"

namespace wick::hv::nvme {

/// Largest request, in bytes: what a slot's page list describes.
inline constexpr std::uint32_t kMaxTransfer = 128 * 1024;

class Controller {
 public:
  constexpr Controller() = default;

  /// What `start` takes of the pool at most.
  static constexpr std::uint64_t dma_bytes(std::uint32_t entries) {
    return dma_share(kPage, kPage) + QueuePair::dma_bytes(kAdminEntries) + QueuePair::dma_bytes(entries);
  }
  /// @param io placed and known to the controller on success  @param entries wanted of its queues, a power of two
  Status start(const Access& access, std::uint32_t entries, QueuePair& io, const char*& trouble);

  /// Stops it: afterwards it touches no memory. @return false when it does not stop
  bool stop() const;
  /// Whether it has failed for good, or is gone.
  bool failed() const { return (registers_.read(Register::status) & kFatal) != 0; }

  /// All but the events.
  const BlockInfo& info() const { return info_; }
  std::uint32_t name_space() const { return name_space_; }

 private:
  static constexpr std::uint32_t kAdminEntries = 8;
  bool wait_for_ready(bool on) const;
  bool run(Command command);
  bool identify(std::uint32_t what, std::uint32_t name_space);
  bool read_identity();
  bool read_namespace();
  bool create_queues(const QueuePair& io);

  NamedRegisters<Register> registers_;
  Capabilities capabilities_{};
  QueuePair admin_;
  void* answer_ = nullptr;  ///< a page for what `identify` brings
  std::uint32_t name_space_ = 0;
  BlockInfo info_{};
};

}  // namespace wick::hv::nvme
