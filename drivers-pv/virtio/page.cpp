// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// virtio over a device page (abi/device_page.h): registers are memory that hv looks at when the control number is rung.
// Only a guest behind a wall has such devices; hv serves them and drives none.

#include "abi/device_page.h"
#include "class/shared.h"
#include "virtio/transport.h"

namespace wick::drivers::virtio {
namespace {

class PageTransport final : public Transport {
 public:
  constexpr PageTransport() = default;

  Status open(const Access& access, const char*& trouble) {
    const DeviceWindow& window = access.device.windows[0];
    if (window.length < sizeof(DevicePage))
      return explain(trouble, Status::bad_argument, "the device page is too short");
    page_ = reinterpret_cast<DevicePage*>(raw(window.start));
    notify_ = access.notify;
    return Status::ok;
  }

  std::uint8_t status() override { return static_cast<std::uint8_t>(load(page_->status)); }

  void set_status(std::uint8_t bits) override {
    const std::uint32_t before = load(page_->status);
    store(page_->status, std::uint32_t{bits});
    // A call takes longer than all the rest of a start. hv has nothing to do for a device that nobody has touched, nor
    // when a driver says that it is there; and features, of those that were offered, it takes with the rings.
    if (bits == 0 ? before != 0 : bits & raw(DeviceStatus::driver_ok)) (void)notify_(load(page_->control));
  }

  std::uint64_t offered_features() override { return load(page_->offered); }
  void accept_features(std::uint64_t features) override { store(page_->accepted, features); }

  std::uint16_t most_entries(std::uint16_t queue) override {
    return queue < kDeviceQueues && queue < load(page_->queue_count) ? load(page_->queues[queue].most) : 0;
  }

  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t) override {
    if (queue >= kDeviceQueues) return Status::bad_argument;
    DeviceQueue& place = page_->queues[queue];
    store(place.descriptors, memory.descriptors);
    store(place.available, memory.available);
    store(place.used, memory.used);
    store(place.size, memory.size);
    return Status::ok;  // hv looks when the driver is done with all of them
  }

  Doorbell doorbell(std::uint16_t queue) override { return Doorbell(notify_, load(page_->queues[queue].number)); }

  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    std::uint32_t value = 0;
    if (offset > sizeof page_->configuration - width) return 0;
    __builtin_memcpy(&value, page_->configuration + offset, width);
    return value;
  }

  void ask() override { (void)notify_(load(page_->control)); }
  std::uint32_t generation() override { return load(page_->generation); }
  void acknowledge_interrupt() override {}  // an event bit is no line that stays asserted

 private:
  DevicePage* page_ = nullptr;
  Notify notify_ = nullptr;
};

WICK_REGISTERED("transports") constexpr TransportKind transport = {Bus::page, open_transport<PageTransport>};

}  // namespace

}  // namespace wick::drivers::virtio
