// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/device.h"

namespace wick::drivers::virtio {

namespace {

// A reset that has not ended after so many register reads never will: each is an exit of some microseconds.
constexpr unsigned kResetReads = 100'000;
constexpr unsigned kGenerationReads = 1'000;

}  // namespace

Transport* transport_of(const Access& access, const char*& trouble) {
  for (const auto* kind = wick_transports_start; kind != wick_transports_end; ++kind)
    if (kind->bus == access.device.bus) return kind->open(access, trouble);
  trouble = "the virtio device is on a bus that this image doesn't know";
  return nullptr;
}

Status Device::open(const Access& access, Transport* transport, std::uint64_t wanted, const char*& trouble,
                    std::uint64_t dependent, std::uint64_t needed) {
  entry_ = access.device;
  if ((waits_ && entry_.event_count == 0) || entry_.event_count > kDeviceEvents)
    return explain(trouble, Status::bad_argument, "the virtio device has no event");
  transport_ = transport ? transport : transport_of(access, trouble);
  if (!transport_) return Status::unsupported;

  if (!reset()) return explain(trouble, Status::io_error, "the virtio device does not end its reset");
  add_status(DeviceStatus::acknowledge);
  add_status(DeviceStatus::driver);

  const std::uint64_t offered = transport_->offered_features();
  if ((offered & needed) != needed) wanted &= ~dependent;
  if (legacy()) {
    features_ = offered & (wanted | kEventIndex | kAnyLayout);
    transport_->accept_features(features_);
    return Status::ok;  // it has no say (§3.1.2)
  }
  const std::uint64_t must = kVersion1 | (wanted & kRingPacked);  // whose rings are packed has asked for it before
  if ((offered & must) != must)
    return fail(Status::unsupported, trouble, "", "the virtio device is older than virtio 1.0");
  // ACCESS_PLATFORM: addresses are translated by the platform, identically for us. ORDER_PLATFORM: the fences of
  // shared.h order memory for hardware too.
  features_ = offered & (wanted | kVersion1 | kEventIndex | kAccessPlatform | kOrderPlatform);
  transport_->accept_features(features_);
  add_status(DeviceStatus::features_ok);
  if ((transport_->status() & raw(DeviceStatus::features_ok)) == 0)
    return fail(Status::unsupported, trouble, "", "the virtio device refuses the features that it offered");
  return Status::ok;
}

QueueShape Device::shape(DmaPool& pool, std::uint16_t index, std::uint32_t wanted) {
  const std::uint16_t offered = transport_->most_entries(index);
  return {most_entries(wanted < offered ? wanted : offered), has(kEventIndex), transport_->lay_out(pool, offered)};
}

// DeviceEntry::event_count: one event for everything, or the first for configuration and then one a queue; queues
// beyond the last share it.
unsigned Device::vector(std::uint16_t queue) const {
  if (!waits_) return 0xffff;  // none (§4.1.5.1.2)
  const unsigned last = entry_.event_count - 1u;
  const unsigned own = queue + 1u;
  return own < last ? own : last;
}

void Device::start() { add_status(DeviceStatus::driver_ok); }

bool Device::reset() {
  transport_->set_status(raw(DeviceStatus::reset));
  for (unsigned i = 0; i < kResetReads; ++i)
    if (transport_->status() == raw(DeviceStatus::reset)) return true;
  return false;
}

Status Device::fail(Status status, const char*& trouble, const char* no_memory, const char* otherwise) {
  add_status(DeviceStatus::failed);
  return explain(trouble, status, status == Status::no_memory ? no_memory : otherwise);
}

// §2.5.3: a field wider than a register is consistent when the generation did not change meanwhile. A legacy device has
// none, so the field itself must have stood still.
std::uint64_t Device::configuration64(std::uint32_t offset) {
  std::uint64_t value = 0, last = ~0ull;
  for (unsigned i = 0; i < kGenerationReads; ++i) {
    const std::uint32_t before = transport_->generation();
    value = transport_->configuration(offset, 4);
    value |= static_cast<std::uint64_t>(transport_->configuration(offset + 4, 4)) << 32;
    if (legacy() ? value == last : transport_->generation() == before) break;
    last = value;
  }
  return value;
}

}  // namespace wick::drivers::virtio
