// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A submission queue and the completion queue that answers it (NVM Express 1.4, §4.1). Never more commands are under
// way than fit, so the submission queue's own head need not be watched; the caller sees to that.

#include "class/access.h"
#include "class/registers.h"
#include "devices/nvme/commands.h"

namespace wick::hv::nvme {

using namespace drivers;

inline constexpr std::uint64_t kPage = 4096;  ///< of the controller, too

class QueuePair {
 public:
  /// What counts of a completion.
  struct Answer {
    std::uint16_t id, status;
  };
  constexpr QueuePair() = default;

  /// What `place` takes at most.
  static constexpr std::uint64_t dma_bytes(std::uint32_t entries) {
    return dma_share(entries * sizeof(Command), kPage) + dma_share(entries * sizeof(Completion), kPage);
  }
  /// @param entries of each queue, a power of two; one less may be under way
  Status place(DmaPool& pool, std::uint32_t entries);
  /// @param doorbell offset of the submission queue's; the completion queue's stands `stride` bytes behind
  void connect(const Registers& registers, std::uint64_t doorbell, std::uint32_t stride);

  Gpa submissions() const { return device_address(submissions_); }
  Gpa completions() const { return device_address(completions_); }
  std::uint32_t entries() const { return mask_ + 1; }

  /// Queues a command; the controller sees it after `ring`.
  void put(const Command& command) { submissions_[put_++ & mask_] = command; }
  void ring();

  /// Whether another completion stands ready.
  bool ready() const;
  /// Takes it. Its content is the controller's word.
  Answer take();
  /// Gives the controller the taken completions' room back.
  void acknowledge();

 private:
  Command* submissions_ = nullptr;
  Completion* completions_ = nullptr;
  std::uint32_t mask_ = 0;
  std::uint32_t put_ = 0, told_ = 0, taken_ = 0, acknowledged_ = 0;  ///< count entries, modulo 2^32
  Registers registers_;
  std::uint64_t doorbell_ = 0;
  std::uint32_t stride_ = 0;
};

}  // namespace wick::hv::nvme
