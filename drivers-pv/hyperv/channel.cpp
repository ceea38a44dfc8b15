// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/channel.h"

namespace wick::drivers::hyperv {
namespace {

constexpr unsigned kMostWaits = 500;  ///< of 10 ms
constexpr std::uint32_t kMostShares = 4;

}  // namespace

Status Channel::open(const Vmbus& bus, std::uint32_t number, const Doorbell& doorbell, void* memory,
                     std::uint32_t data_bytes) {
  bus_ = bus;
  number_ = number;
  doorbell_ = doorbell;
  auto* const pages = static_cast<std::uint8_t*>(memory);
  send_ = SendRing(*reinterpret_cast<RingPage*>(pages), data_bytes);
  receive_ = ReceiveRing(*reinterpret_cast<RingPage*>(pages + kPage + data_bytes), data_bytes);
  const std::uint32_t handle = share(memory, ring_bytes(data_bytes));
  return handle ? bus_.open(number, handle, 1 + data_bytes / kPage) : Status::io_error;
}

Status Channel::open(const Access& access, void* memory, std::uint32_t data_bytes, const char*& trouble) {
  const DeviceEntry& device = access.device;
  const DeviceWindow& mailbox = device.windows[static_cast<unsigned>(Window::mailbox)];
  const DeviceWindow& facts = device.windows[static_cast<unsigned>(Window::facts)];
  if (mailbox.length < sizeof(Mailbox) || facts.length < sizeof(Facts) || device.event_count == 0 || !access.notify)
    return explain(trouble, Status::bad_argument, "its bus has left something out");
  if (!memory) return explain(trouble, Status::no_memory, "the DMA pool is too small for the device");
  const Vmbus bus(*reinterpret_cast<Mailbox*>(raw(mailbox.start)), access.notify);
  gone_ = &facts_of(device).gone;
  if (ok(open(bus, facts_of(device).channel, Doorbell(access.notify, device.number), memory, data_bytes)))
    return Status::ok;
  return explain(trouble, Status::io_error, "its host doesn't open the channel");
}

std::uint32_t Channel::share(const void* start, std::uint32_t bytes) {
  const std::uint32_t handle = number_ * kMostShares + ++shares_;
  return ok(bus_.share(number_, handle, start, bytes)) ? handle : 0;
}

bool Channel::wait(std::span<std::uint8_t> room, Packet& packet) {
  kick();
  for (unsigned i = 0; i < kMostWaits && !broken(); ++i) {
    if (take(room, packet)) return true;
    (void)bus_.notify()(kWaitSignal);
  }
  return false;
}

void Channel::close() {
  bus_.close(number_);
  if (load(*gone_) != 0) bus_.release(number_);
}

bool Channel::arm() {
  if (receive_.has_room_for_host()) doorbell_.ring();
  return receive_.arm();
}

}  // namespace wick::drivers::hyperv
