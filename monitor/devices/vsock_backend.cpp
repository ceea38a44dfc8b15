// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/vsock_backend.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "monitor/vsock/process.h"

namespace wick::monitor {

using virtio::VsockHeader;

namespace {

enum Queue : unsigned { kReceive, kTransmit, kEvent };
constexpr std::uint16_t kEntries = 64;
constexpr unsigned kBudget = 64;  ///< packets a look

}  // namespace

DeviceEntry VsockBackend::start(int& file, DevicePage& page, unsigned index) {
  file_ = file;
  const virtio::VsockConfiguration own{kGuestCid};
  std::memcpy(configuration(), &own, sizeof own);
  return describe(page, index, {DeviceKind::vsock, 0, 3, kEntries});
}

bool VsockBackend::serve() {
  if (!live()) return false;
  if (owes_reset_) tell_reset();
  const bool more = transmit();
  return receive() || more;
}

/// @return whether there is more to do at once
bool VsockBackend::transmit() {
  auto& queue = ring(kTransmit);
  blocked_ = false;
  unsigned packets = 0;
  while (packets < kBudget && queue.take(chain_)) {
    iovec pieces[hv::kMaxSegments];
    std::size_t bytes = 0;
    bool fine = true;
    for (unsigned i = 0; i < chain_.count; ++i) {
      pieces[i] = {chain_.segments[i].data, chain_.segments[i].length};
      bytes += chain_.segments[i].length;
      fine = fine && !chain_.segments[i].writable;
    }
    fine = fine && bytes >= sizeof(VsockHeader) && bytes <= virtio::kVsockPacket;
    if (fine && file_ >= 0 && writev(file_, pieces, static_cast<int>(chain_.count)) < 0 &&
        (errno == EAGAIN || errno == EINTR)) {
      blocked_ = errno == EAGAIN;
      queue.put_back();
      break;
    }
    queue.finish(chain_.head, 0);  // of a side that is gone the guest hears by its event
    ++packets;
  }
  publish(kTransmit);
  return packets == kBudget || (!queue.arm() && !blocked_);
}

bool VsockBackend::receive() {
  auto& queue = ring(kReceive);
  unsigned packets = 0;
  while (packets < kBudget && file_ >= 0 && queue.waiting() > 0) {
    const auto got = read(file_, packet_, sizeof packet_);
    if (got <= 0) break;  // nothing is there, or its end, which poll tells
    const auto bytes = static_cast<std::uint32_t>(got);
    if (!queue.take(chain_)) break;
    const auto& room = chain_.segments[0];
    const bool fits = room.writable && room.length >= bytes;  // a guest that gives too little loses it
    if (fits) std::memcpy(room.data, packet_, bytes);
    queue.finish(chain_.head, fits ? bytes : 0);
    ++packets;
  }
  publish(kReceive);
  wants_to_read_ = queue.waiting() > 0;
  if (!wants_to_read_) wants_to_read_ = !queue.arm();
  return packets == kBudget;
}

void VsockBackend::lose() {
  file_ = -1;
  blocked_ = false;
  owes_reset_ = true;
  if (live()) tell_reset();
}

/// The guest has begun anew, or is back at a checkpoint and believes in connections of another time.
void VsockBackend::abandon() {
  (void)say(0);
  owes_reset_ = true;
}

/// §5.10.6.7. A guest that has sent nothing yet has no connection to lose.
void VsockBackend::tell_reset() {
  owes_reset_ = false;
  if (indices(kTransmit).taken == 0 || !ring(kEvent).take(chain_)) return;
  constexpr std::uint32_t kReset = 0;
  const auto& room = chain_.segments[0];
  const bool fits = room.writable && room.length >= sizeof kReset;
  if (fits) std::memcpy(room.data, &kReset, sizeof kReset);
  ring(kEvent).finish(chain_.head, fits ? sizeof kReset : 0);
  publish(kEvent);
}

/// A word to the other side, in the form of a packet.
bool VsockBackend::say(std::uint32_t flags) {
  VsockHeader word{};
  word.operation = virtio::VsockOperation::invalid;
  word.flags = flags;
  iovec piece{&word, sizeof word};
  return file_ >= 0 && writev(file_, &piece, 1) == sizeof word;
}

bool VsockBackend::say_end() { return say(kEndOfGuest); }

}  // namespace wick::monitor
