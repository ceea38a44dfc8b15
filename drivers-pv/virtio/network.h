// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-net (virtio 1.2 §5.1): one pair of queues. Each receive buffer has an id of its own for good, so giving a
// buffer back is a store or two; frames go out behind a header slot that belongs to the chain's head.

#include <utility>

#include "class/network.h"
#include "virtio/device.h"
#include "virtio/network_header.h"

namespace wick::drivers::virtio {

/// Header slots keep their own granule, so that no two of them share more than they must.
struct alignas(16) HeaderSlot {
  NetworkHeader header;
};

struct NetworkTables {
  Slot transmit[kMaxEntries];
  ReceiveBuffer buffers[kMaxEntries];
  bool with_device[kMaxEntries];
};

template <typename Rings>
class BasicNetwork final : public Network {
 public:
  constexpr BasicNetwork() = default;

  static constexpr unsigned kMaxDevices = 2;
  /// The private memory of one device.
  using Tables = NetworkTables;

  /// Bytes of one receive buffer: padding, so that the IP header is aligned, the header, a full frame with a VLAN tag,
  /// rounded up.
  static constexpr std::uint32_t kBufferBytes = 1536;

  static std::uint64_t dma_bytes(std::uint32_t ring_size) {
    const std::uint16_t entries = most_entries(ring_size);
    return 2 * Rings::Ring::dma_bytes(entries) + dma_share(sizeof(HeaderSlot) * entries, kCacheLine) +
           dma_share(std::uint64_t{kBufferBytes} * entries, kCacheLine);
  }

  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, Transport* transport = nullptr) {
    tables_ = &tables;
    Status status = device_.open(access, transport, kWanted | Rings::kFeature, trouble, kLarge, kMergeable);
    if (!ok(status)) return status;
    status = place_queues(access);
    if (!ok(status))
      return device_.fail(status, trouble, "the DMA pool is too small for the network device",
                          "the network device does not take its queues");
    read_configuration();
    device_.start();
    receive_.kick();
    return Status::ok;
  }

  NetworkInfo info() const override {
    NetworkInfo info = info_;
    read_address(info);  // it may be a copy's
    info.link_up = link_up();
    return info;
  }

  Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) override {
    if (transmit_.broken()) return Status::io_error;
    const std::size_t count = segments.size() + 1;
    if (count > transmit_.size()) return Status::bad_argument;
    if (count > transmit_.free()) {
      starved_ = true;
      return Status::would_block;
    }

    NetworkHeader& header = headers_[transmit_.next_head()].header;
    write_header(header, hints);
    typename Rings::Queue::Chain chain(transmit_, static_cast<std::uint16_t>(count));
    chain.put(&header, header_bytes_);
    for (const TransmitSegment& segment : segments) chain.put(segment.data, segment.length);
    chain.offer(token);
    return Status::ok;
  }

  void flush() override { transmit_.kick(); }

  unsigned poll(Receiver& receiver, unsigned budget) override {
    collect_transmitted(receiver);
    unsigned frames = 0;
    while (frames < budget && receive_.finished()) {
      ReceiveBuffer* frame = take_frame();
      if (!frame) break;
      receiver.received(frame);
      ++frames;
    }
    // Buffers are shown to the device in such lots, to spread the cost of the fence over them.
    if (receive_.unpublished() >= receive_.size() / 8) receive_.kick();
    if (receive_.broken() || transmit_.broken()) give_up(receiver);
    return frames;
  }

  void release(ReceiveBuffer* buffer) override {
    tables_->with_device[buffer->index] = true;
    receive_.offer(buffer->index);
  }

  bool look_at_link(Receiver& receiver) override {
    const bool was_up = std::exchange(info_.link_up, link_up());
    const std::uint32_t before = std::exchange(generation_, device_.generation());
    if (info_.link_up && (!was_up || generation_ != before)) receiver.link_returned();
    return info_.link_up;
  }

  bool arm() override {
    receive_.kick();
    device_.acknowledge_interrupt();
    bool quiet = receive_.arm();
    // Finished transmissions wake nobody, unless one waits for room: then as soon as half of the ring is free.
    if (starved_) quiet = transmit_.arm_half() && quiet;
    return quiet;
  }

 private:
  static constexpr std::uint64_t kWanted = kChecksum | kGuestChecksum | kMtu | kMac | kGuestTcp4 | kGuestTcp6 |
                                           kHostTcp4 | kHostTcp6 | kMergeable | kLinkStatus;
  // Received frames that are larger than a buffer come in several, or not at all (§5.1.6.3.1).
  static constexpr std::uint64_t kLarge = kGuestTcp4 | kGuestTcp6;

  static constexpr std::uint16_t kReceiveQueue = 0, kTransmitQueue = 1;
  static constexpr std::uint16_t kEthernetMtu = 1500, kSmallestMtu = 68;
  static constexpr std::uint32_t kBeforeFrame = 14;  ///< of padding and header together
  static constexpr std::uint32_t kFrameRoom = kBufferBytes - (kBeforeFrame - kShortNetworkHeader);

  Status place_queues(const Access& access) {
    const QueueShape receive = device_.shape(access.pool, kReceiveQueue, access.ring_size);
    const QueueShape transmit = device_.shape(access.pool, kTransmitQueue, access.ring_size);
    if (receive.entries == 0 || transmit.entries < 2) return Status::io_error;

    Status status = receive_.place(access.pool, receive);
    if (!ok(status)) return status;
    status = transmit_.place(access.pool, tables_->transmit, transmit);
    if (!ok(status)) return status;
    headers_ = static_cast<HeaderSlot*>(access.pool.take_uncleared(sizeof(HeaderSlot) * transmit.entries, kCacheLine));
    buffer_memory_ = static_cast<std::uint8_t*>(
        access.pool.take_uncleared(std::uint64_t{kBufferBytes} * receive.entries, kCacheLine));
    if (!headers_ || !buffer_memory_) return Status::no_memory;
    mergeable_ = device_.has(kMergeable);
    if (device_.legacy() && !mergeable_) header_bytes_ = kShortNetworkHeader;
    buffer_memory_ += kBeforeFrame - header_bytes_;

    receive_.lend(buffer_memory_, kBufferBytes, kFrameRoom);
    for (std::uint16_t i = 0; i < receive.entries; ++i) {
      tables_->buffers[i].index = i;
      release(&tables_->buffers[i]);
    }
    status = device_.attach(kReceiveQueue, receive_);
    if (!ok(status)) return status;
    return device_.attach(kTransmitQueue, transmit_);
  }

  /// A device without an address of its own gets one of the locally administered ones: "WICK".
  void read_address(NetworkInfo& info) const {
    const std::uint8_t own[6] = {0x02, 0x57, 0x49, 0x43, 0x4b, 0x00};
    static_assert(offsetof(NetworkConfiguration, mac) == 0);
    for (std::uint32_t i = 0; i < 6; ++i)
      info.mac[i] = device_.has(kMac) ? device_.template configuration<std::uint8_t>(i) : own[i];
  }

  bool link_up() const {
    return !device_.has(kLinkStatus) ||
           (device_.template configuration<std::uint16_t>(offsetof(NetworkConfiguration, status)) & kLinkUp);
  }

  void read_configuration() {
    read_address(info_);
    info_.link_up = link_up();
    generation_ = device_.generation();
    info_.mtu = device_.has(kMtu) ? device_.template configuration<std::uint16_t>(offsetof(NetworkConfiguration, mtu))
                                  : kEthernetMtu;
    // One buffer holds one Ethernet frame; more needs several.
    if (info_.mtu < kSmallestMtu || (info_.mtu > kEthernetMtu && !mergeable_)) info_.mtu = kEthernetMtu;
    info_.offload = {
        .transmit_checksum = device_.has(kChecksum),
        .receive_checksum = device_.has(kGuestChecksum),
        .segment4 = device_.has(kChecksum | kHostTcp4),
        .segment6 = device_.has(kChecksum | kHostTcp6),
        .coalesce = device_.has(kGuestTcp4 | kMergeable),
    };
    info_.events = device_.change_event() | device_.event(kReceiveQueue) | device_.event(kTransmitQueue);
  }

  [[gnu::always_inline]] void collect_transmitted(Receiver& receiver) {
    Finished finished;
    while (transmit_.collect(finished)) {
      starved_ = false;
      receiver.transmitted(finished.token);
    }
  }

  // A device that broke the rules is stopped, and what it was to send goes back to the stack. Every later frame is
  // refused with an error.
  void give_up(Receiver& receiver) {
    if (given_up_) return;
    given_up_ = true;
    receive_.mark_broken();
    transmit_.mark_broken();
    device_.reset();
    void* token;
    while (transmit_.abandon(token)) receiver.transmitted(token);
  }

  /// Only when a buffer is finished. @return nullptr when the device broke the rules
  [[gnu::always_inline]] ReceiveBuffer* take_frame() {
    ReceiveBuffer* first = take_buffer();
    if (!first) return nullptr;
    if (first->length < header_bytes_) {
      receive_.mark_broken();
      return nullptr;
    }
    const NetworkHeader& header = *reinterpret_cast<const NetworkHeader*>(first->data);
    const std::uint8_t flags = load(header.flags);
    const std::uint16_t buffers = mergeable_ ? load(header.buffers) : 1;
    // All buffers of a frame are published at once (§5.1.6.4).
    if (buffers != 1 && (buffers == 0 || buffers > receive_.size() || !receive_.finished(buffers - 1))) {
      receive_.mark_broken();
      return nullptr;
    }
    first->data += header_bytes_;
    first->length -= header_bytes_;
    read_flags(flags, *first);

    ReceiveBuffer* last = first;
    for (std::uint16_t i = 1; i < buffers; ++i) {
      last->next = take_buffer();
      if (!last->next) return nullptr;
      last = last->next;
    }
    return first;
  }

  ReceiveBuffer* take_buffer() {
    const UsedElement element = receive_.look();
    receive_.pass();
    if (element.id >= receive_.size() || !tables_->with_device[element.id] || element.length > kFrameRoom) {
      receive_.mark_broken();
      return nullptr;
    }
    tables_->with_device[element.id] = false;
    ReceiveBuffer& buffer = tables_->buffers[element.id];
    buffer.next = nullptr;
    buffer.data = buffer_memory_ + std::size_t{element.id} * kBufferBytes;
    buffer.length = element.length;
    return &buffer;
  }

  typename Rings::Ring receive_;
  typename Rings::Queue transmit_;
  Tables* tables_ = nullptr;
  std::uint8_t* buffer_memory_ = nullptr;  ///< where the device begins to write into the first
  HeaderSlot* headers_ = nullptr;
  std::uint32_t header_bytes_ = sizeof(NetworkHeader);
  bool mergeable_ = false;
  bool starved_ = false;  ///< a frame was refused because the ring was full
  bool given_up_ = false;
  NetworkInfo info_{};
  std::uint32_t generation_ = 0;  ///< of the configuration that `info_` knows the link from
  mutable Device device_;         ///< reading its configuration changes nothing that a caller could see
};

using NetworkDevice = BasicNetwork<SplitRings>;

}  // namespace wick::drivers::virtio
