// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/page_device.h"

#include "backend/host.h"

namespace wick::hv {

using drivers::load;
using drivers::store;

namespace {

/// Bits of the device status (§2.1).
enum : std::uint32_t { kDriverOk = 4, kFeaturesOk = 8, kNeedsReset = 64 };

}  // namespace

DeviceEntry PageDevice::describe(DevicePage& page, unsigned index, unsigned event, const Offer& offer) {
  page_ = &page;
  offer_ = offer;
  offer_.features |= kVersion1 | kEventIndex;
  first_number_ = index * kNumbersPerDevice;
  event_ = event;
  write_page();
  DeviceEntry entry{};
  entry.bus = Bus::page;
  entry.kind = offer.kind;
  entry.event_count = 1;
  entry.events[0] = static_cast<std::uint8_t>(event);
  entry.windows[0] = {Gpa{reinterpret_cast<std::uint64_t>(&page)}, sizeof page};
  return entry;
}

void PageDevice::write_page() {
  __builtin_memset(page_, 0, sizeof *page_);
  page_->offered = offer_.features;
  page_->control = first_number_ + kControlNumber;
  page_->queue_count = offer_.queues;
  for (unsigned i = 0; i < offer_.queues; ++i) {
    page_->queues[i].most = offer_.entries;
    page_->queues[i].number = first_number_ + i;
  }
  __builtin_memcpy(page_->configuration, configuration_, sizeof configuration_);
}

void PageDevice::reset() {
  if (live_) abandon();
  live_ = false;
  accepted_ = 0;
  for (auto& ring : rings_) ring.detach();
  write_page();
}

bool PageDevice::control() {
  const std::uint32_t wish = load(page_->status);
  if (wish == 0) {
    reset();
    return true;
  }
  if (live_) return false;
  if (wish & kFeaturesOk && !(wish & kDriverOk)) {
    accepted_ = load(page_->accepted);
    if (accepted_ & ~offer_.features || !has(kVersion1)) store(page_->status, wish & ~kFeaturesOk);
    return false;
  }
  if (!(wish & kDriverOk)) return false;
  if (!ok(go_live())) {
    store(page_->status, wish | kNeedsReset);
    return false;
  }
  return true;
}

Status PageDevice::go_live() {
  for (unsigned i = 0; i < offer_.queues; ++i) {
    const DeviceQueue& shared = page_->queues[i];
    const DeviceQueue copy{load(shared.descriptors), load(shared.available), load(shared.used),
                           load(shared.size),        offer_.entries,         0};
    if (const auto status = rings_[i].attach(copy, has(kEventIndex)); !ok(status)) return status;
  }
  live_ = true;
  return Status::ok;
}

void PageDevice::publish(unsigned queue) {
  if (rings_[queue].publish()) raise_event(event_);
}

void PageDevice::save() {
  drain();
  saved_.live = live_;
  saved_.accepted = accepted_;
  saved_.status = page_->status;
  for (unsigned i = 0; i < kDeviceQueues; ++i) {
    saved_.rings[i] = rings_[i];
    saved_.queues[i] = page_->queues[i];
  }
}

void PageDevice::restore() {
  abandon();
  live_ = saved_.live;
  accepted_ = saved_.accepted;
  write_page();
  page_->status = saved_.status;
  page_->accepted = saved_.accepted;
  for (unsigned i = 0; i < kDeviceQueues; ++i) {
    rings_[i] = saved_.rings[i];
    page_->queues[i] = saved_.queues[i];
  }
}

}  // namespace wick::hv
