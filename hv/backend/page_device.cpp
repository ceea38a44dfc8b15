// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/page_device.h"

#include "backend/host.h"

namespace wick::hv {

using drivers::load;
using drivers::store;
using namespace virtio;

namespace {

constexpr std::uint32_t kDriverOk = raw(DeviceStatus::driver_ok), kFeaturesOk = raw(DeviceStatus::features_ok);
constexpr std::uint32_t kNeedsReset = raw(DeviceStatus::needs_reset);

}  // namespace

DeviceEntry PageDevice::describe(DevicePage& page, unsigned index, const Offer& offer) {
  page_ = &page;
  offer_ = offer;
  offer_.features |= kVersion1 | kEventIndex;
  index_ = index;
  write_page();
  DeviceEntry entry{};
  entry.bus = Bus::page;
  entry.kind = offer.kind;
  entry.event_count = 1;
  entry.events[0] = static_cast<std::uint8_t>(event());
  entry.windows[0] = {Gpa{reinterpret_cast<std::uint64_t>(&page)}, sizeof page};
  return entry;
}

void PageDevice::write_page() {
  __builtin_memset(page_, 0, sizeof *page_);
  page_->offered = offer_.features;
  const std::uint32_t first = index_ * kNumbersPerDevice;
  page_->control = first + kControlNumber;
  page_->queue_count = offer_.queues;
  for (unsigned i = 0; i < offer_.queues; ++i) {
    page_->queues[i].most = offer_.entries;
    page_->queues[i].number = first + i;
  }
  write_configuration();
}

/// §2.5.3: who reads it in pieces sees by the generation that they don't belong together.
void PageDevice::write_configuration() {
  __builtin_memcpy(page_->configuration, configuration_, sizeof configuration_);
  store(page_->generation, load(page_->generation) + 1);
}

void PageDevice::reset() {
  if (live_) abandon();
  live_ = agreed_ = false;
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
  if (live_) {
    look_again();
    write_configuration();
    return false;
  }
  const bool agreed = wish & kFeaturesOk && ((agreed_ && wish & kDriverOk) || agree(load(page_->accepted)));
  if (!(wish & kDriverOk)) {
    if (!agreed) store(page_->status, wish & ~kFeaturesOk);
    return false;
  }
  if (!agreed || !ok(attach(page_->queues))) {
    store(page_->status, wish | kNeedsReset);
    return false;
  }
  return true;
}

/// §3.1.1, steps 5 and 6: what was agreed on stays until a reset, and what was refused is never used.
bool PageDevice::agree(std::uint64_t wanted) {
  if (agreed_) return wanted == accepted_;
  agreed_ = !(wanted & ~offer_.features) && (wanted & kVersion1);
  accepted_ = agreed_ ? wanted : 0;
  return agreed_;
}

Status PageDevice::attach(const DeviceQueue (&queues)[kDeviceQueues]) {
  for (unsigned i = 0; i < offer_.queues; ++i) {
    const DeviceQueue& shared = queues[i];
    const DeviceQueue copy{load(shared.descriptors), load(shared.available), load(shared.used),
                           load(shared.size),        offer_.entries,         0};
    if (const auto status = rings_[i].attach(copy, has(kEventIndex)); !ok(status)) return status;
  }
  live_ = true;
  return Status::ok;
}

void PageDevice::publish(unsigned queue) {
  if (rings_[queue].publish()) raise_event(event());
}

}  // namespace wick::hv
