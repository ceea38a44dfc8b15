// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All devices that a guest is offered, as hv, or the monitor, serves them together. Which of them there is something to
// do for is remembered here, so that a look at quiet ones costs nothing. Touches nothing but the back ends.

#include "backend/page_device.h"
#include "guest/dispatch.h"

namespace wick::hv {

class DeviceTable {
 public:
  static constexpr unsigned kMax = 8;

  unsigned count() const { return count_; }
  const PageDevice& operator[](unsigned index) const { return *devices_[index]; }

  /// The next device, of kMax. It is looked at once before any event. @return its entry for BootInfo
  template <typename Backend, typename Device>
  DeviceEntry start(Backend& backend, Device& device, DevicePage& page) {
    devices_[count_] = &backend;
    busy_ |= 1u << count_;
    return backend.start(device, page, count_++);
  }

  /// A number was rung. @return bad_argument when there is none such
  Status notify(std::uint32_t number) {
    const std::uint32_t device = number / kNumbersPerDevice, which = number % kNumbersPerDevice;
    if (device >= count_ || (which >= kDeviceQueues && which != kControlNumber)) return Status::bad_argument;
    const auto index = bounded(device, count_);
    auto& rung = *devices_[index];
    const bool more = which == kControlNumber ? rung.control() : rung.notified(which);
    busy_ |= unsigned{more} << index;
    return Status::ok;
  }

  /// Moves what hardware and guest have for each other, a bounded amount, for devices of these events and for those
  /// that were left with something to do. @return a bit for each that has more to do at once
  unsigned serve(EventMask happened) {
    for (unsigned i = 0; i < count_; ++i) {
      if (!(busy_ >> i & 1) && !any(happened & devices_[i]->events())) continue;
      busy_ &= ~(1u << i);
      busy_ |= unsigned{devices_[i]->serve()} << i;
    }
    return busy_;
  }
  void look_at_all() { busy_ = (1u << count_) - 1; }

  /// For another guest: waits for the hardware to be done with the old one's memory.
  void reset() {
    for (unsigned i = 0; i < count_; ++i) devices_[i]->reset();
    look_at_all();
  }
  /// @param to count() of them
  void save(PageDevice::Saved* to) {
    for (unsigned i = 0; i < count_; ++i) to[i] = devices_[i]->save();
  }
  /// @return as PageDevice::restore(), for the first that can't
  Status restore(const PageDevice::Saved* from) {
    look_at_all();
    for (unsigned i = 0; i < count_; ++i)
      if (const auto status = devices_[i]->restore(from[i]); !ok(status)) return status;
    return Status::ok;
  }

  template <typename Visit>
  void for_each(Visit&& visit) {
    for (unsigned i = 0; i < count_; ++i) visit(*devices_[i]);
  }

 private:
  PageDevice* devices_[kMax] = {};
  unsigned count_ = 0;
  unsigned busy_ = 0;  ///< a bit a device
};

}  // namespace wick::hv
