// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-blk (virtio 1.2 §5.2): one queue of requests, each a chain of header, data and status byte.

#include "abi/virtio/block.h"
#include "class/block.h"
#include "virtio/device.h"

namespace wick::drivers::virtio {

class BlockDevice final : public Block {
 public:
  constexpr BlockDevice() = default;

  /// Entries of the queue: each request takes three at most, so 42 are under way at the same time.
  static constexpr std::uint16_t kEntries = 128;

  static constexpr unsigned kMaxDevices = 4;

  /// The private memory of one device.
  struct Tables {
    Slot slots[kEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr);

  BlockInfo info() const override { return info_; }
  BlockInfo look_again() override;
  Status submit(BlockRequest& request) override;
  void flush_queue() override { queue_.kick(); }
  unsigned poll(void (*done)(BlockRequest&)) override;
  bool arm() override;

 private:
  struct Record;
  Status place_queue(const Access& access, Tables& tables);
  void read_configuration();
  void read_serial();
  unsigned give_up(void (*done)(BlockRequest&));

  Queue queue_;
  Record* records_ = nullptr;  ///< one for each possible head
  BlockInfo info_{};
  bool given_up_ = false;
  Device device_;
};

}  // namespace wick::drivers::virtio
