// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the ways of reaching a virtio device have in common (virtio 1.2 §4). Used while a device is brought up and when
// a driver goes to sleep; the doorbell is handed out, so that the busy path makes no virtual call.

#include "abi/virtio/common.h"
#include "class/doorbell.h"
#include "class/registered.h"
#include "class/room.h"

namespace wick::drivers::virtio {

using namespace wick::virtio;

/// Where the three parts of a queue lie, as the device is told.
struct QueueMemory {
  std::uint16_t size;
  Gpa descriptors, available, used;
};

/// How large a queue is.
struct QueueShape {
  std::uint16_t entries;  ///< descriptors that the driver uses, a power of two; 0: there is no such queue
  bool event_index;
  QueueMemory
      legacy{};  ///< of a legacy device, which fixes size and layout: at least `entries`. Size 0: ours to choose
};

class Transport {
 public:
  /// Whether the device is of before virtio 1.0 (§1.3.1).
  virtual bool legacy() const { return false; }
  /// What a queue of a legacy device takes of the pool, laid out as it asks for; without places when there is too
  /// little.
  virtual QueueMemory lay_out(DmaPool&, std::uint16_t) { return {}; }

  virtual std::uint8_t status() = 0;
  virtual void set_status(std::uint8_t bits) = 0;

  virtual std::uint64_t offered_features() = 0;
  virtual void accept_features(std::uint64_t features) = 0;

  /// @return the most entries that the queue may have; 0: there is no such queue
  virtual std::uint16_t most_entries(std::uint16_t queue) = 0;
  /// Makes the queue live.
  /// @param vector the interrupt, an index of DeviceEntry::events  @return io_error when the device won't take it
  virtual Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t vector) = 0;
  virtual Doorbell doorbell(std::uint16_t queue) = 0;

  /// A field of the device's own configuration, 1, 2 or 4 bytes wide as §5 defines it; 0 beyond its end.
  virtual std::uint32_t configuration(std::uint32_t offset, unsigned width) = 0;
  /// Before a configuration that may have changed is read.
  virtual void ask() {}
  /// Changes whenever the configuration did.
  virtual std::uint32_t generation() = 0;

  /// Takes back an interrupt that is still asserted, so that the next one is a new edge.
  virtual void acknowledge_interrupt() = 0;

 protected:
  ~Transport() = default;
};

/// Features by registers (§4.1.4.3, §4.2.2): one says which half, the next one has it.
template <typename Name>
std::uint64_t read_features(const NamedRegisters<Name>& registers) {
  registers.write(Name::device_features_select, 0);
  const std::uint64_t low = registers.read(Name::device_features);
  registers.write(Name::device_features_select, 1);
  return std::uint64_t{registers.read(Name::device_features)} << 32 | low;
}
template <typename Name>
void write_features(const NamedRegisters<Name>& registers, std::uint64_t features) {
  for (std::uint32_t half = 0; half < 2; ++half) {
    registers.write(Name::driver_features_select, half);
    registers.write(Name::driver_features, static_cast<std::uint32_t>(features >> 32 * half));
  }
}

/// How a transport makes itself known: by an object in a section. What isn't linked has no devices.
struct TransportKind {
  Bus bus;
  /// @return the transport of a device of this bus; nullptr, and one sentence for the log, when it can't be used
  Transport* (*open)(const Access& access, const char*& trouble);
};
static_assert(kIsEntry<TransportKind>);

/// TransportKind::open of a type that has an `open` which says whether the device can be used.
template <typename T>
Transport* open_transport(const Access& access, const char*& trouble) {
  constexpr unsigned kMaxDevices = 8;
  static constinit Room<T, kMaxDevices> transports;
  if (transports.full()) {
    trouble = "there are more virtio devices than there is room for";
    return nullptr;
  }
  T& transport = transports.make();
  if (!ok(transport.open(access, trouble))) return nullptr;
  transports.keep();
  return &transport;
}

}  // namespace wick::drivers::virtio

/// All that are linked: `WICK_REGISTERED("transports") constexpr TransportKind`.
extern "C" const wick::drivers::virtio::TransportKind wick_transports_start[], wick_transports_end[];
