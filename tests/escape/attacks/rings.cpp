// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Lies in the rings of a live device. hv must see them when the doorbell rings; the guest then ends itself, and the
// next one finds the device working.

#include <cstdlib>

#include "abi/call.h"
#include "abi/device_page.h"
#include "abi/ring.h"
#include "attack.h"
#include "boot/boot_info.h"

namespace escape {
namespace {

using wick::Descriptor;
using wick::Gpa;

constexpr unsigned kTransmit = 1;

struct Rings {
  Rings() {
    // A console is brought up by its first reader, and there is none.
    wick::boot::for_each<wick::DeviceEntry>(
        *wick::boot::facts().info, wick::BootTag::device, [&](const wick::DeviceEntry& device) {
          if (device.kind == wick::DeviceKind::network)
            page = reinterpret_cast<wick::DevicePage*>(raw(device.windows[0].start));
        });
    const auto& queue = page->queues[kTransmit];
    descriptors = reinterpret_cast<Descriptor*>(raw(queue.descriptors));
    available = reinterpret_cast<wick::AvailableRing*>(raw(queue.available));
    size = queue.size;
    number = queue.number;
  }
  /// Makes the chain at `head` available and rings.
  void offer(std::uint16_t head) const {
    available->ring[available->index % size] = head;
    __atomic_store_n(&available->index, static_cast<std::uint16_t>(available->index + 1), __ATOMIC_RELEASE);
    ring();
  }
  void ring() const { (void)wick_call_notify(number); }
  Gpa own() const { return wick::boot::facts().dma.start; }

  wick::DevicePage* page = nullptr;
  Descriptor* descriptors;
  wick::AvailableRing* available;
  std::uint16_t size;
  std::uint32_t number;
};

[[noreturn]] void give_up() { std::abort(); }

void send_from(Gpa address, std::uint32_t length, std::uint16_t flags = 0) {
  const Rings rings;
  rings.descriptors[0] = {rings.own(), 64, 1, 1};
  rings.descriptors[1] = {address, length, flags, 0};
  rings.offer(0);
  give_up();
}

void jump_index() {
  const Rings rings;
  __atomic_store_n(&rings.available->index, static_cast<std::uint16_t>(rings.available->index + 0x4000),
                   __ATOMIC_RELEASE);
  rings.ring();
  give_up();
}
void loop() {
  const Rings rings;
  rings.descriptors[0] = {rings.own(), 64, 1, 1};
  rings.descriptors[1] = {rings.own(), 64, 1, 0};
  rings.offer(0);
  give_up();
}
void long_chain() {
  const Rings rings;
  for (std::uint16_t i = 0; i < rings.size; ++i)
    rings.descriptors[i] = {rings.own(), 64, 1, static_cast<std::uint16_t>((i + 1) % rings.size)};
  rings.offer(0);
  give_up();
}
void head_outside() {
  const Rings rings;
  rings.offer(rings.size);
  give_up();
}
void next_outside() {
  const Rings rings;
  rings.descriptors[0] = {rings.own(), 64, 1, 0xffff};
  rings.offer(0);
  give_up();
}
void indirect() {
  const Rings rings;
  rings.descriptors[0] = {rings.own(), 64, 4, 0};
  rings.offer(0);
  give_up();
}
/// A receive buffer in hv's memory: what arrives would be written there.
void receive_into_hv() {
  const Rings rings;
  const auto& queue = rings.page->queues[0];
  auto* descriptors = reinterpret_cast<Descriptor*>(raw(queue.descriptors));
  for (unsigned i = 0; i < queue.size; ++i) descriptors[i].address = Gpa{forbidden().stack - 2048};
  (void)wick_call_notify(queue.number);
  (void)wick_call_yield(wick::Nanoseconds{0}, wick::EventMask{0});
  give_up();
}
/// The header says that the checksum lies behind the frame.
void checksum_outside() {
  const Rings rings;
  auto* header = reinterpret_cast<std::uint16_t*>(raw(rings.own()));
  header[0] = 1, header[3] = 0xfff0, header[4] = 0xfff0;
  rings.descriptors[0] = {rings.own(), 128, 0, 0};
  rings.offer(0);
  give_up();
}
/// New rings while the device runs: it must keep those that it has checked.
void swap_rings() {
  const Rings rings;
  rings.page->queues[kTransmit].descriptors = Gpa{forbidden().code};
  rings.page->status = 15;
  (void)wick_call_notify(rings.page->control);
  rings.ring();
  give_up();
}
/// The descriptor changes after hv has looked, again and again.
void change_after_check() {
  const Rings rings;
  for (unsigned i = 0; i < 1000; ++i) {
    rings.descriptors[0] = {rings.own(), 64, 0, 0};
    rings.offer(0);
    rings.descriptors[0] = {Gpa{0xfee00000}, 0xffffffff, 0, 0};
  }
  give_up();
}

const Attack kAttacks[] = {
    {"an index that jumps", jump_index, kPanic},
    {"a loop of descriptors", loop, kPanic},
    {"a chain as long as the ring", long_chain, kPanic},
    {"a head outside of the ring", head_outside, kPanic},
    {"a next outside of the ring", next_outside, kPanic},
    {"an indirect descriptor", indirect, kPanic},
    {"sending hv's text", [] { send_from(Gpa{forbidden().code}, 1000); }, kPanic},
    {"sending hv's stack", [] { send_from(Gpa{forbidden().stack - 512}, 512); }, kPanic},
    {"sending device registers", [] { send_from(Gpa{0xfee00000}, 512); }, kPanic},
    {"sending from behind RAM", [] { send_from(Gpa{1ull << 40}, 512); }, kPanic},
    {"a length that wraps", [] { send_from(Gpa{~0ull - 15}, 64); }, kPanic},
    {"a length that leaves the pool", [] { send_from(wick::boot::facts().dma.start, 0xfffff000); }, kPanic},
    {"a length of nothing", [] { send_from(wick::boot::facts().dma.start, 0); }, kPanic},
    {"a writable piece in what is sent", [] { send_from(wick::boot::facts().dma.start, 64, 2); }, kPanic},
    {"receiving into hv's memory", receive_into_hv, kPanic},
    {"a checksum outside of the frame", checksum_outside, kPanic},
    {"rings that change while the device runs", swap_rings, kPanic},
    {"descriptors that change after the check", change_after_check, kPanic},
};

}  // namespace

std::span<const Attack> ring_attacks() { return kAttacks; }

}  // namespace escape
