// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/network.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

/// Header slots keep their own granule, so that no two of them share more than they must.
struct alignas(16) NetworkDevice::HeaderSlot {
  NetworkHeader header;
};

namespace {

constexpr std::uint64_t kWanted = kChecksum | kGuestChecksum | kMtu | kMac | kGuestTcp4 | kGuestTcp6 | kHostTcp4 |
                                  kHostTcp6 | kMergeable | kLinkStatus;
// Received frames that are larger than a buffer come in several, or not at all (§5.1.6.3.1).
constexpr std::uint64_t kLarge = kGuestTcp4 | kGuestTcp6;

constexpr std::uint16_t kReceiveQueue = 0, kTransmitQueue = 1;

constexpr std::uint32_t kMacOffset = offsetof(NetworkConfiguration, mac);
constexpr std::uint32_t kStatusOffset = offsetof(NetworkConfiguration, status);
constexpr std::uint32_t kMtuOffset = offsetof(NetworkConfiguration, mtu);

constexpr std::uint16_t kEthernetMtu = 1500, kSmallestMtu = 68;
/// Of padding and header together.
constexpr std::uint32_t kBeforeFrame = 14;
constexpr std::uint32_t kFrameRoom = NetworkDevice::kBufferBytes - (kBeforeFrame - kShortNetworkHeader);

// Buffers are shown to the device in such lots, to spread the cost of the fence over them.
constexpr std::uint16_t kRefillShare = 8;

}  // namespace

std::uint64_t NetworkDevice::dma_bytes(std::uint32_t ring_size) {
  const std::uint16_t entries = most_entries(ring_size);
  return 2 * Ring::dma_bytes(entries) + dma_share(sizeof(HeaderSlot) * entries, kCacheLine) +
         dma_share(std::uint64_t{kBufferBytes} * entries, kCacheLine);
}

Status NetworkDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  tables_ = &tables;
  Status status = device_.open(access, transport, kWanted, trouble, kLarge, kMergeable);
  if (!ok(status)) return status;
  status = place_queues(access);
  if (!ok(status)) {
    trouble = status == Status::no_memory ? "the DMA pool is too small for the network device"
                                          : "the network device does not take its queues";
    device_.fail();
    return status;
  }
  read_configuration();
  device_.start();
  receive_.kick();
  return Status::ok;
}

Status NetworkDevice::place_queues(const Access& access) {
  const QueueShape receive = device_.shape(access.pool, kReceiveQueue, access.ring_size);
  const QueueShape transmit = device_.shape(access.pool, kTransmitQueue, access.ring_size);
  if (receive.entries == 0 || transmit.entries < 2) return Status::io_error;

  Status status = receive_.place(access.pool, receive);
  if (!ok(status)) return status;
  status = transmit_.place(access.pool, tables_->transmit, transmit);
  if (!ok(status)) return status;
  headers_ = static_cast<HeaderSlot*>(access.pool.take_uncleared(sizeof(HeaderSlot) * transmit.entries, kCacheLine));
  buffer_memory_ =
      static_cast<std::uint8_t*>(access.pool.take_uncleared(std::uint64_t{kBufferBytes} * receive.entries, kCacheLine));
  if (!headers_ || !buffer_memory_) return Status::no_memory;
  mergeable_ = device_.has(kMergeable);
  if (device_.legacy() && !mergeable_) header_bytes_ = kShortNetworkHeader;
  buffer_memory_ += kBeforeFrame - header_bytes_;

  const std::uint16_t device_writes = static_cast<std::uint16_t>(DescriptorFlag::write);
  for (std::uint16_t i = 0; i < receive.entries; ++i) {
    receive_.descriptor(i) = {device_address(buffer_memory(i)), kFrameRoom, device_writes, 0};
    tables_->buffers[i].index = i;
    release(&tables_->buffers[i]);
  }
  status = device_.attach(kReceiveQueue, receive_);
  if (!ok(status)) return status;
  return device_.attach(kTransmitQueue, transmit_);
}

void NetworkDevice::read_configuration() {
  // A device without an address of its own gets one of the locally administered ones: "WICK".
  const std::uint8_t own[6] = {0x02, 0x57, 0x49, 0x43, 0x4b, 0x00};
  for (std::uint32_t i = 0; i < 6; ++i) {
    info_.mac[i] = device_.has(kMac) ? device_.configuration<std::uint8_t>(kMacOffset + i) : own[i];
  }
  info_.mtu = device_.has(kMtu) ? device_.configuration<std::uint16_t>(kMtuOffset) : kEthernetMtu;
  // One buffer holds one Ethernet frame; more needs several.
  if (info_.mtu < kSmallestMtu || (info_.mtu > kEthernetMtu && !mergeable_)) info_.mtu = kEthernetMtu;
  info_.offload = {
      .transmit_checksum = device_.has(kChecksum),
      .receive_checksum = device_.has(kGuestChecksum),
      .segment4 = device_.has(kChecksum | kHostTcp4),
      .segment6 = device_.has(kChecksum | kHostTcp6),
      .coalesce = device_.has(kGuestTcp4 | kMergeable),
  };
  info_.events = device_.event(kReceiveQueue) | device_.event(kTransmitQueue);
}

NetworkInfo NetworkDevice::info() const {
  NetworkInfo info = info_;
  info.link_up = !device_.has(kLinkStatus) || (device_.configuration<std::uint16_t>(kStatusOffset) & kLinkUp) != 0;
  return info;
}

Status NetworkDevice::transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (transmit_.broken()) return Status::io_error;
  const std::size_t count = segments.size() + 1;
  if (count > transmit_.free()) {
    starved_ = true;
    return count > transmit_.size() ? Status::bad_argument : Status::would_block;
  }

  NetworkHeader& header = headers_[transmit_.next_head()].header;
  write_header(header, hints);
  Queue::Chain chain(transmit_, static_cast<std::uint16_t>(count));
  chain.put(&header, header_bytes_);
  for (const TransmitSegment& segment : segments) chain.put(segment.data, segment.length);
  chain.offer(token);
  return Status::ok;
}

void NetworkDevice::flush() { transmit_.kick(); }

unsigned NetworkDevice::poll(Receiver& receiver, unsigned budget) {
  collect_transmitted(receiver);
  unsigned frames = 0;
  while (frames < budget) {
    const std::uint16_t ready = receive_.finished();
    if (ready == 0) break;
    ReceiveBuffer* frame = take_frame(ready);
    if (!frame) break;
    receiver.received(frame);
    ++frames;
  }
  if (receive_.unpublished() >= receive_.size() / kRefillShare) receive_.kick();
  if (receive_.broken() || transmit_.broken()) give_up(receiver);
  return frames;
}

void NetworkDevice::collect_transmitted(Receiver& receiver) {
  Finished finished;
  while (transmit_.collect(finished)) {
    starved_ = false;
    receiver.transmitted(finished.token);
  }
}

// A device that broke the rules is stopped, and what it was to send goes back to the stack. Every later frame is
// refused with an error.
void NetworkDevice::give_up(Receiver& receiver) {
  if (given_up_) return;
  given_up_ = true;
  receive_.mark_broken();
  transmit_.mark_broken();
  device_.reset();
  void* token;
  while (transmit_.abandon(token)) receiver.transmitted(token);
}

/// @param ready finished buffers, at least one  @return nullptr when the device broke the rules
ReceiveBuffer* NetworkDevice::take_frame(std::uint16_t ready) {
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
  if (buffers == 0 || buffers > ready) {
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

ReceiveBuffer* NetworkDevice::take_buffer() {
  const UsedElement element = receive_.take();
  if (element.id >= receive_.size() || !tables_->with_device[element.id] || element.length > kFrameRoom) {
    receive_.mark_broken();
    return nullptr;
  }
  tables_->with_device[element.id] = false;
  ReceiveBuffer& buffer = tables_->buffers[element.id];
  buffer.next = nullptr;
  buffer.data = buffer_memory(static_cast<std::uint16_t>(element.id));
  buffer.length = element.length;
  return &buffer;
}

void NetworkDevice::release(ReceiveBuffer* buffer) {
  tables_->with_device[buffer->index] = true;
  receive_.offer(buffer->index);
}

bool NetworkDevice::arm() {
  receive_.kick();
  device_.acknowledge_interrupt();
  bool quiet = receive_.arm();
  // Finished transmissions wake nobody, unless one waits for room: then as soon as half of the ring is free.
  if (starved_) {
    const std::uint16_t half = static_cast<std::uint16_t>((transmit_.in_flight() + 1) / 2);
    quiet = transmit_.arm(half) && quiet;
  }
  return quiet;
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/network", DeviceKind::network, kMatches, NetworkDevice::dma_bytes,
                           probe<NetworkDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
