// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's end of a device page (abi/device_page.h): offers features and configuration, follows the guest's status through
// virtio 1.2 §3.1.1, takes its queues. What hv has told the guest it remembers itself: the page is the guest's to
// write.

#include "abi/device.h"
#include "abi/event.h"
#include "abi/virtio/common.h"
#include "backend/ring.h"

namespace wick::hv {

/// Numbers of wick_call_notify: eight a device, queues first.
inline constexpr std::uint32_t kNumbersPerDevice = 8, kControlNumber = 7;
static_assert(kDeviceQueues < kControlNumber);

class PageDevice {
 public:
  /// What the guest is told.
  struct Offer {
    DeviceKind kind;
    std::uint64_t features;
    std::uint16_t queues, entries;
  };

  /// Writes the page. @param index which device: its numbers and its event follow from that
  /// @return its entry for BootInfo
  DeviceEntry describe(DevicePage& page, unsigned index, const Offer& offer);
  /// The page as it was described, for another guest; rings are gone.
  void reset();

  /// The guest rang the control number. @return whether the device became live or ended
  bool control();

  /// One of the kind's own number was rung: a queue has something. @return whether `serve` has more to do at once
  virtual bool notified(unsigned queue) = 0;
  /// Moves what can be moved, a bounded amount. @return whether there is more to do at once
  virtual bool serve() = 0;
  /// Whether the hardware has told something.
  virtual EventMask events() const = 0;
  /// The guest has gone or has reset the device: what is under way must end without it.
  virtual void abandon() = 0;
  /// The guest asks for the configuration as it is now: brings configuration() up to date.
  virtual void look_again() {}
  /// Ends what is under way, so that rings hold no chain of the guest's that hv still works on.
  virtual void drain() = 0;

  /// For checkpoints: a quiet device's state, without pointers, so that it can lie in a file.
  struct Saved {
    std::uint64_t accepted;
    std::uint32_t status;
    std::uint32_t live;
    DeviceQueue queues[kDeviceQueues];
    DeviceRing::Indices indices[kDeviceQueues];
  };
  /// Ends what is under way first.
  Saved save();
  /// @return bad_argument when its rings don't lie in DMA memory or it has features that this one hasn't; the device is
  /// as after a reset then
  Status restore(const Saved& saved);
  DeviceRing::Indices indices(unsigned queue) const { return rings_[queue].indices(); }  ///< for whoever watches
  template <typename Visit>
  void for_each_used_ring(Visit&& visit) const {
    for (const auto& ring : rings_)
      if (ring.live()) visit(ring.used_start(), ring.used_length());
  }

 protected:
  PageDevice() = default;
  ~PageDevice() = default;

  bool live() const { return live_; }
  bool has(std::uint64_t features) const { return (accepted_ & features) == features; }
  DeviceRing& ring(unsigned queue) { return rings_[queue]; }
  std::uint8_t* configuration() { return configuration_; }
  Chain chain_;  ///< in hand: too large for hv's stack
  /// Shows the guest what was finished in a queue, with an event if it wants one.
  void publish(unsigned queue);
  /// Shows the guest what configuration() is by now.
  void write_configuration();
  unsigned event() const { return static_cast<unsigned>(Event::first_device) + index_; }

 private:
  void write_page();
  bool agree(std::uint64_t wanted);
  Status attach(const DeviceQueue (&queues)[kDeviceQueues]);

  DevicePage* page_ = nullptr;
  Offer offer_{};
  unsigned index_ = 0;
  std::uint8_t configuration_[64] = {};
  std::uint64_t accepted_ = 0;
  bool agreed_ = false;  ///< on features
  bool live_ = false;
  DeviceRing rings_[kDeviceQueues];
};

}  // namespace wick::hv
