// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network of Xen's (netfront): one queue, frames of 1500 bytes, checksums left to the other side in both directions,
// and so are large frames of TCP: the back end cuts them, and hands up those that it hasn't cut.

#include "class/network.h"
#include "xen/connection.h"
#include "xen/receive.h"
#include "xen/transmit.h"

namespace wick::drivers::xen {

class NetworkDevice final : public Network {
 public:
  constexpr NetworkDevice() = default;

  static constexpr unsigned kMaxDevices = 2;

  /// The private memory of one device.
  struct Tables {
    ReceiveBuffer buffers[Receive::kMostBuffers];
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
  enum class Stage : std::uint8_t {
    connected,
    closed,    ///< the back end has gone, and may come again
    given_up,  ///< it broke the rules
  };

  Status connect(const char*& trouble);
  Status tell(const char*& trouble);
  Offload read_features();
  void publish_buffers();
  void follow_back_end(Receiver& receiver);
  void leave(Stage stage, Receiver& receiver);
  void drop_all(Stage stage, Receiver& receiver);

  Connection connection_;
  Grants grants_;
  Receive receive_;
  Transmit transmit_;
  std::uint8_t* rings_ = nullptr;  ///< two pages
  std::uint32_t buffers_ = 0;      ///< to receive into, and places to send from
  std::uint32_t lot_ = 1;          ///< buffers that are shown to the back end at once
  bool starved_ = false;           ///< a frame was refused because the ring was full
  Stage stage_ = Stage::closed;
  NetworkInfo info_{};
};

}  // namespace wick::drivers::xen
