// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bringing a virtio device up (virtio 1.2 §3.1.1) over whichever transport it has. Drivers state the features that they
// want and need, add their queues, and start it.

#include "class/driver.h"
#include "virtio/queue.h"

namespace wick::drivers::virtio {

/// Entries that a queue may have at most here: the size of the drivers' private tables.
inline constexpr std::uint16_t kMaxEntries = 256;

/// Entries of a queue when `wanted` are asked for and the device offers as many as one likes.
constexpr std::uint16_t most_entries(std::uint32_t wanted, std::uint16_t most = kMaxEntries) {
  return static_cast<std::uint16_t>(ring_entries(wanted, 0, most));
}

/// A virtio driver takes whatever is of its class, on every bus that has a transport.
inline constexpr Match kMatches[] = {{Bus::virtio_mmio}, {Bus::virtio_pci}, {Bus::page}};

/// @return the transport that the device entry names; nullptr, and one sentence for the log, when it can't be used
Transport* transport_of(const Access& access, const char*& trouble);

class Device {
 public:
  /// @param waits false: whoever drives it looks by itself, and the device needs no event
  constexpr explicit Device(bool waits = true) : waits_(waits) {}

  /// Resets the device and agrees on features.
  /// @param transport nullptr: the one that the entry names  @param trouble on failure one sentence for the log
  /// @param dependent features of those wanted that are of use only where the device offers `needed`
  Status open(const Access& access, Transport* transport, std::uint64_t wanted, const char*& trouble,
              std::uint64_t dependent = 0, std::uint64_t needed = 0);

  bool has(std::uint64_t features) const { return (features_ & features) == features; }
  bool offers(std::uint64_t features) { return (transport_->offered_features() & features) == features; }

  /// Queue `index` when `wanted` entries are asked for.
  QueueShape shape(DmaPool& pool, std::uint16_t index, std::uint32_t wanted);
  /// Tells the device of a ring that was placed.
  Status attach(std::uint16_t index, auto& ring) {
    const Status status = transport_->attach(index, ring.memory(), static_cast<std::uint16_t>(vector(index)));
    if (ok(status)) ring.connect(transport_->doorbell(index));
    return status;
  }
  /// That its configuration has changed.
  EventMask change_event() const { return event_bit(entry_.events[0]); }
  EventMask event(std::uint16_t queue) const { return event_bit(entry_.events[vector(queue)]); }

  bool legacy() const { return transport_->legacy(); }
  /// From here on the device works. Buffers may be offered before, doorbells rung only afterwards.
  void start();
  /// Tells the device that it was given up, and the log why. @return the status
  Status fail(Status status, const char*& trouble, const char* no_memory, const char* otherwise);
  /// Stops the device: afterwards it touches no memory. @return false when it does not stop
  bool reset();

  /// A field of the device's configuration.
  template <typename T>
  T configuration(std::uint32_t offset) {
    return static_cast<T>(transport_->configuration(offset, sizeof(T)));
  }
  std::uint64_t configuration64(std::uint32_t offset);
  std::uint32_t generation() { return transport_->generation(); }

  /// Has a device that doesn't do so by itself write down what its configuration is by now.
  void ask() { transport_->ask(); }
  void acknowledge_interrupt() { transport_->acknowledge_interrupt(); }

 private:
  unsigned vector(std::uint16_t queue) const;
  void add_status(DeviceStatus bit) {
    transport_->set_status(static_cast<std::uint8_t>(transport_->status() | raw(bit)));
  }

  bool waits_ = true;
  DeviceEntry entry_{};
  Transport* transport_ = nullptr;
  std::uint64_t features_ = 0;
};

}  // namespace wick::drivers::virtio
