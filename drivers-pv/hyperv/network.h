// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network of Hyper-V's (netvsc): one channel, frames of 1500 bytes. Frames are copied both ways: out of the receive
// buffer, as the host may write there at any time, and into the send buffer, so that it sees nothing that lies beside
// them. Sums of received frames are believed, sent ones are the stack's.

#include "class/driver.h"
#include "class/network.h"
#include "hyperv/channel.h"
#include "hyperv/netvsc.h"

namespace wick::drivers::hyperv {

class NetworkDevice final : public Network {
 public:
  constexpr NetworkDevice() = default;

  static constexpr unsigned kMaxDevices = 2, kMostFrames = 64, kMostPlaces = 64;
  static constexpr std::uint32_t kReceiveBytes = 160 << 10;
  static constexpr std::uint32_t kPacketBytes = 2048;  ///< of the longest packet, with a range for each section

  /// The private memory of one device.
  struct Tables {
    ReceiveBuffer buffers[kMostFrames];
    void* tokens[kMostPlaces];
    alignas(8) std::uint8_t packet[kPacketBytes];
  };

  static std::uint64_t dma_bytes(std::uint32_t ring_size);
  [[gnu::cold]] Status start(const Access& access, Tables& tables, const char*& trouble);

  NetworkInfo info() const override;
  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) override;
  void flush() override {
    if (!given_up_) channel_.kick();
  }
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(ReceiveBuffer* buffer) override;
  bool arm() override;

 private:
  static constexpr std::uint32_t kMinFrame = 14;
  static constexpr std::uint32_t kFrameBytes = 1536, kPadding = 2;  ///< so that the IP header is aligned
  /// A question's transaction; a place's is its own plus one.
  static constexpr std::uint64_t kQuestion = ~0ull >> 1;

  [[gnu::cold]] Status connect(const char*& trouble);
  [[gnu::cold]] bool agree_on_version();
  [[gnu::cold]] bool share_buffers();
  [[gnu::cold]] bool ask(const NvspMessage& message, NvspAnswer& answer);
  [[gnu::cold]] bool ask(RndisRequest request, std::uint32_t length, void* value = nullptr,
                         std::uint32_t value_length = 0);

  std::uint8_t* place_memory(unsigned place) { return send_buffer_ + std::size_t{place} * section_; }
  Status send(unsigned place, std::uint32_t channel, std::uint32_t length, void* token);
  bool take_packet(Receiver* receiver);
  void take_completion(Receiver* receiver);
  unsigned take_messages(Receiver* receiver, unsigned budget);
  ReceiveBuffer* take_message(const std::uint8_t* at, std::uint32_t length);
  ReceiveBuffer* take_frame(const std::uint8_t* at, std::uint32_t length);
  [[gnu::cold]] void take_answer(const std::uint8_t* at, std::uint32_t length);
  bool read_checksum(const std::uint8_t* at, std::uint32_t length, bool& good);
  [[gnu::cold]] void give_up(Receiver* receiver);

  Channel channel_;
  Tables* tables_ = nullptr;
  std::uint8_t *receive_buffer_ = nullptr, *send_buffer_ = nullptr, *frames_ = nullptr;
  ReceiveBuffer* free_ = nullptr;
  std::uint32_t section_ = 0;         ///< bytes of a place in the send buffer
  std::uint64_t all_ = 0, used_ = 0;  ///< bit n: place n
  Packet packet_;                     ///< under way, of which `ranges_` are left
  std::uint32_t ranges_ = 0;
  bool under_way_ = false;
  bool armed_ = true, broken_ = false, given_up_ = false;
  bool asked_ = false;  ///< a question of NVSP's is open
  NvspAnswer nvsp_answer_{};
  std::uint32_t question_ = 0;  ///< of RNDIS, whose answer is `answer_` when it has come
  RndisAnswer answer_{};
  std::uint8_t value_[8]{};
  NetworkInfo info_{};
};

}  // namespace wick::drivers::hyperv
