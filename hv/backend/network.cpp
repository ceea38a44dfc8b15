// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/network.h"

#include <algorithm>

#include "backend/host.h"
#include "virtio/network_header.h"

namespace wick::hv {

using drivers::ReceiveBuffer;
using namespace virtio;

namespace {

enum Queue : unsigned { kReceive, kTransmit };

constexpr std::uint16_t kEntries = 256;
constexpr unsigned kBudget = 64;             ///< frames a look, in either direction
constexpr unsigned kDrainPolls = 1'000'000;  ///< a device that hasn't sent a frame by then never will
constexpr std::uint32_t kMaxFrame = 65'536 + 64;

/// What the guest wants done to a frame must stay within it.
bool fits(const NetworkHeader& header, std::uint64_t bytes) {
  if (!(header.flags & kNeedsChecksum)) return header.segmentation == 0;
  return std::uint64_t{header.checksum_start} + header.checksum_offset + 2 <= bytes && header.header_length <= bytes &&
         (header.segmentation == 0) == (header.segment_size == 0);
}

}  // namespace

DeviceEntry NetworkBackend::start(drivers::Network& device, DevicePage& page, unsigned index) {
  device_ = &device;
  info_ = device.info();
  NetworkConfiguration own{};
  std::copy_n(info_.mac, sizeof own.mac, own.mac);
  own.status = info_.link_up ? kLinkUp : 0;
  own.mtu = info_.mtu;
  __builtin_memcpy(configuration(), &own, sizeof own);
  const auto& can = info_.offload;
  std::uint64_t features = kMac | kMtu | kLinkStatus;
  if (can.transmit_checksum) features |= kChecksum;
  if (can.segment4) features |= kHostTcp4;
  if (can.segment6) features |= kHostTcp6;
  if (can.receive_checksum) features |= kGuestChecksum;
  if (can.coalesce) features |= kMergeable | kGuestTcp4 | kGuestTcp6;
  return describe(page, index, {DeviceKind::network, features, 2, kEntries});
}

bool NetworkBackend::notified(unsigned queue) {
  if (!live()) return false;
  return queue == kTransmit ? transmit() : serve();
}

bool NetworkBackend::serve() {
  bool more = live() && transmit(), quiet = false;
  unsigned rounds = 0;
  do {
    // Frames wait below for a guest that has no buffers: it sees the next one as soon as it has given some back.
    const unsigned room = live() ? std::min<unsigned>(ring(kReceive).waiting(), kBudget) : kBudget;
    const unsigned frames = device_->poll(*this, room);
    // One that has taken all its room may have news besides; nor is a device asked again and again that sends slowly.
    if ((frames == 0 && in_flight_ == 0) || !info_.link_up) info_.link_up = device_->look_at_link(*this);
    more |= frames == kBudget;
    publish(kReceive);
    publish(kTransmit);
    quiet = !more && device_->arm();
  } while (!more && !quiet && ++rounds < 4);
  if (!live()) return false;
  if (ring(kReceive).waiting() != 0) {
    ring(kReceive).disarm();
    more |= !quiet;  // neither side would say anything any more
  } else {
    more |= !ring(kReceive).arm();
  }
  // Hardware tells nobody of frames sent; a guest that waits for room must hear of them all the same.
  return more || (in_flight_ != 0 && ring(kTransmit).awaited(in_flight_));
}

bool NetworkBackend::transmit() {
  auto& queue = ring(kTransmit);
  unsigned frames = 0;
  while (frames < kBudget && queue.take(chain_)) {
    if (!send(chain_)) {
      queue.put_back();
      break;
    }
    ++frames;
  }
  device_->flush();
  publish(kTransmit);
  if (frames == kBudget) return true;
  return !queue.arm();
}

/// @return false when the device has no room now
bool NetworkBackend::send(const Chain& chain) {
  const auto drop = [&] {
    ring(kTransmit).finish(chain.head, 0);
    return true;
  };
  NetworkHeader header;
  const auto& first = chain.segments[0];
  if (first.writable || first.length < sizeof header) return drop();
  __builtin_memcpy(&header, first.data, sizeof header);

  unsigned count = 0;
  std::uint64_t bytes = 0;
  if (first.length > sizeof header)
    pieces_[count++] = {first.data + sizeof header, static_cast<std::uint32_t>(first.length - sizeof header)};
  for (const auto& segment : chain.all().subspan(1)) {
    if (segment.writable) return drop();
    pieces_[count++] = {segment.data, segment.length};
  }
  for (unsigned i = 0; i < count; ++i) bytes += pieces_[i].length;
  if (bytes == 0 || bytes > kMaxFrame || !fits(header, bytes)) return drop();

  drivers::TransmitHints hints;
  drivers::virtio::read_header(header, hints);
  const auto token = std::uint64_t{generation_} << 16 | chain.head;
  const auto status = device_->transmit({pieces_, count}, hints, reinterpret_cast<void*>(token));
  if (status == Status::would_block) return false;
  if (!ok(status)) return drop();
  ++in_flight_;
  return true;
}

void NetworkBackend::transmitted(void* token) {
  --in_flight_;
  const auto value = reinterpret_cast<std::uint64_t>(token);
  if (live() && value >> 16 == generation_) ring(kTransmit).finish(static_cast<std::uint16_t>(value), 0);
}

/// The guest sees by the new generation that its link returned, whether it has seen it fall or not.
void NetworkBackend::link_returned() {
  configuration()[offsetof(NetworkConfiguration, status)] = kLinkUp;
  write_configuration();
  raise_event(event());
}

void NetworkBackend::received(ReceiveBuffer* frame) {
  if (live()) (void)deliver(*frame);
  while (frame) {
    auto* next = frame->next;
    device_->release(frame);
    frame = next;
  }
}

/// Copies a frame into the guest's buffers. @return false when they don't suffice: it is dropped, as a full ring does
bool NetworkBackend::deliver(const ReceiveBuffer& frame) {
  auto& queue = ring(kReceive);
  unsigned buffers = 0;
  std::uint8_t* header_place = nullptr;
  std::uint8_t* to = nullptr;
  std::uint32_t room = 0;

  const auto next_buffer = [&] {
    if (buffers == (has(kMergeable) ? kMaxSegments : 1) || !queue.take(chain_)) return false;
    const auto& segment = chain_.segments[0];
    if (chain_.count != 1 || !segment.writable || (buffers == 0 && segment.length < sizeof(NetworkHeader))) {
      queue.put_back();
      return false;
    }
    filled_[buffers++] = {chain_.head, 0};
    to = segment.data;
    room = segment.length;
    return true;
  };
  const auto give_up = [&] {
    for (unsigned i = 0; i < buffers; ++i) queue.put_back();
    return false;
  };

  if (!next_buffer()) return give_up();
  header_place = to;
  to += sizeof(NetworkHeader);
  room -= sizeof(NetworkHeader);
  filled_[0].bytes = sizeof(NetworkHeader);
  for (const auto* piece = &frame; piece; piece = piece->next) {
    for (std::uint32_t done = 0; done < piece->length;) {
      if (room == 0 && !next_buffer()) return give_up();
      const auto count = std::min(room, piece->length - done);
      __builtin_memcpy(to, piece->data + done, count);
      to += count;
      room -= count;
      done += count;
      filled_[buffers - 1].bytes += count;
    }
  }
  NetworkHeader header{};
  header.flags = drivers::virtio::flags_of(frame);
  header.buffers = static_cast<std::uint16_t>(buffers);
  __builtin_memcpy(header_place, &header, sizeof header);
  for (unsigned i = 0; i < buffers; ++i) queue.finish(filled_[i].head, filled_[i].bytes);
  return true;
}

void NetworkBackend::abandon() {
  ++generation_;
  drain();
}

// What the hardware still reads must not change hands: it lies in the guest's memory.
void NetworkBackend::drain() {
  for (unsigned i = 0; in_flight_ != 0 && i < kDrainPolls; ++i) device_->poll(*this, 0);
  publish(kTransmit);
}

}  // namespace wick::hv
