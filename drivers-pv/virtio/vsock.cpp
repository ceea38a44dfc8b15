// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/vsock.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

std::uint64_t VsockDevice::dma_bytes(std::uint32_t) {
  return 2 * Ring::dma_bytes(kEntries) + Ring::dma_bytes(kEventEntries) +
         dma_share(2 * kEntries * kVsockPacket, kCacheLine) + dma_share(sizeof(Event), kCacheLine);
}

Status VsockDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, 0, trouble);
  if (!ok(status)) return status;
  status = place(access, tables);
  if (!ok(status))
    return device_.fail(status, trouble, "the DMA pool is too small for the vsock device",
                        "the vsock device does not take its queues");
  cid_ = device_.configuration64(offsetof(VsockConfiguration, guest_cid));
  constexpr auto kReceive = static_cast<std::uint16_t>(VsockQueue::receive);
  events_ = device_.event(kReceive) | device_.event(kReceive + 1) | device_.event(kReceive + 2);
  for (unsigned i = 0; i < receive_.size(); ++i) give_buffer(buffer(i));
  for (unsigned i = 0; i < transmit_.size(); ++i) free_[free_count_++] = buffer(kEntries + i);
  give_event();
  device_.start();
  receive_.kick();
  event_.kick();
  return Status::ok;
}

Status VsockDevice::place(const Access& access, Tables& tables) {
  const struct {
    VsockQueue index;
    Queue& queue;
    Slot* slots;
    std::uint16_t entries;
  } all[] = {{VsockQueue::receive, receive_, tables.receive, kEntries},
             {VsockQueue::transmit, transmit_, tables.transmit, kEntries},
             {VsockQueue::event, event_, tables.event, kEventEntries}};
  for (const auto& [which, queue, slots, entries] : all) {
    const auto index = static_cast<std::uint16_t>(which);
    const QueueShape shape = device_.shape(access.pool, index, entries);
    if (shape.entries == 0) return Status::io_error;
    if (const Status status = queue.place(access.pool, slots, shape); !ok(status)) return status;
    if (const Status status = device_.attach(index, queue); !ok(status)) return status;
  }
  buffers_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(2 * kEntries * kVsockPacket, kCacheLine));
  told_ = static_cast<Event*>(access.pool.take(sizeof(Event), kCacheLine));
  return buffers_ && told_ ? Status::ok : Status::no_memory;
}

void VsockDevice::give_buffer(std::uint8_t* memory) {
  Queue::Chain chain(receive_, 1);
  chain.put_writable(memory, kVsockPacket);
  chain.offer(memory);
}

void VsockDevice::give_event() {
  Queue::Chain chain(event_, 1);
  chain.put_writable(told_, sizeof(Event));
  chain.offer(told_);
}

void VsockDevice::reclaim() {
  Finished finished;
  while (transmit_.collect(finished)) free_[free_count_++] = static_cast<std::uint8_t*>(finished.token);
}

unsigned VsockDevice::room() {
  if (given_up_) return 0;
  reclaim();
  return free_count_;
}

bool VsockDevice::idle() {
  reclaim();
  return given_up_ || transmit_.broken() || transmit_.in_flight() == 0;
}

Status VsockDevice::transmit(const VsockHeader& header, std::span<const std::uint8_t> data) {
  if (given_up_) return Status::io_error;
  if (data.size() > kVsockData) return Status::bad_argument;
  if (room() == 0) return Status::would_block;
  std::uint8_t* const memory = free_[--free_count_];
  __builtin_memcpy(memory, &header, sizeof header);
  if (!data.empty()) __builtin_memcpy(memory + sizeof header, data.data(), data.size());
  Queue::Chain chain(transmit_, 1);
  chain.put(memory, static_cast<std::uint32_t>(sizeof header + data.size()));
  chain.offer(memory);
  return Status::ok;
}

void VsockDevice::flush() {
  if (!given_up_) transmit_.kick();
}

// The packet is still the device's to write to while it is looked at: its header counts as it was copied, its length is
// held to what arrived.
unsigned VsockDevice::poll(Receiver& receiver, unsigned most) {
  unsigned count = 0;
  Finished finished;
  if (event_.collect(finished)) {
    receiver.lost();
    give_event();
    event_.kick();
  }
  while (!given_up_ && count < most && receive_.collect(finished)) {
    auto* const memory = static_cast<std::uint8_t*>(finished.token);
    VsockHeader header;
    if (finished.length >= sizeof header) {
      __builtin_memcpy(&header, memory, sizeof header);
      if (header.length <= finished.length - sizeof header)
        receiver.arrived(header, {memory + sizeof header, header.length});
    }
    ++count;
    give_buffer(memory);
  }
  if (count) receive_.kick();
  if (receive_.broken() || transmit_.broken() || event_.broken()) give_up(receiver);
  return count;
}

// A device that broke the rules is stopped, and with it every connection.
void VsockDevice::give_up(Receiver& receiver) {
  if (given_up_) return;
  given_up_ = true;
  device_.reset();
  receiver.lost();
}

bool VsockDevice::arm() {
  device_.acknowledge_interrupt();
  bool quiet = receive_.arm();
  quiet = transmit_.arm() && quiet;
  quiet = event_.arm() && quiet;
  return given_up_ || quiet;
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/vsock", DeviceKind::vsock, kMatches, VsockDevice::dma_bytes, probe<VsockDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
