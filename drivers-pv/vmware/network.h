// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// VMware's network adapter vmxnet3, with one queue each way and checksums by the adapter. Tried with QEMU's.

#include "class/driver.h"
#include "class/registers.h"
#include "vmware/receive.h"
#include "vmware/transmit.h"

namespace wick::drivers::vmware {

class NetworkDevice final : public Network {
 public:
  constexpr NetworkDevice() = default;

  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one device.
  struct Tables {
    Sent sent[kMaxEntries];
    ReceiveBuffer buffers[kMaxEntries];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  Status start(const Access& access, Tables& tables, const char*& trouble);

  NetworkInfo info() const override;
  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) override;
  void flush() override;
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(ReceiveBuffer* buffer) override { receive_.give(*buffer); }
  bool arm() override;

 private:
  void read_mac();
  bool activate();
  void collect_transmitted(Receiver& receiver);
  void give_up(Receiver& receiver);
  std::uint32_t ask(Command command) const;

  NamedRegisters<DoorbellRegister> doorbells_;
  NamedRegisters<Register> registers_;
  Receive receive_;
  Transmit transmit_;
  Settings* settings_ = nullptr;
  Queues* queues_ = nullptr;
  bool starved_ = false;  ///< a frame was refused because the ring was full
  bool given_up_ = false;
  bool two_events_ = false;  ///< sent frames have an interrupt of their own
  NetworkInfo info_{};
};

}  // namespace wick::drivers::vmware
