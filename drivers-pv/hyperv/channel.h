// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A channel of VMBus: two rings under one handle, the memory that is shared with its other side, and the signal each
// way.

#include <optional>

#include "class/access.h"
#include "class/doorbell.h"
#include "hyperv/ring.h"
#include "hyperv/vmbus.h"

namespace wick::drivers::hyperv {

class Channel {
 public:
  constexpr Channel() = default;

  /// Bytes of whole pages that the rings take, each with `data_bytes`.
  static constexpr std::uint32_t ring_bytes(std::uint32_t data_bytes) { return 2 * (kPage + data_bytes); }

  /// @param memory ring_bytes(), page by page  @param doorbell what signals it
  [[gnu::cold]] Status open(const Vmbus& bus, std::uint32_t number, const Doorbell& doorbell, void* memory,
                            std::uint32_t data_bytes);
  /// The same of a device. @param trouble as Driver::probe has it
  [[gnu::cold]] Status open(const Access& access, void* memory, std::uint32_t data_bytes, const char*& trouble);

  /// Shares whole pages. @return their handle; 0: the host doesn't take them
  [[gnu::cold]] std::uint32_t share(const void* start, std::uint32_t bytes);

  /// As SendRing::put.
  Status put(PacketType type, std::uint16_t flags, std::uint64_t transaction, std::span<const std::uint8_t> head,
             std::span<const std::uint8_t> body) {
    return send_.put(type, flags, transaction, head, body);
  }
  void kick() {
    if (send_.publish()) doorbell_.ring();
  }
  bool take(std::span<std::uint8_t> room, Packet& packet) { return receive_.take(room, packet); }
  /// Takes a packet, waiting for one up to 5 seconds.
  [[gnu::cold]] bool wait(std::span<std::uint8_t> room, Packet& packet);
  bool arm();
  void disarm() { receive_.disarm(); }
  /// It broke the rules, or has taken the channel away.
  bool broken() const { return send_.broken() || receive_.broken() || load(*gone_) != 0; }
  /// The host is told that nobody is there any more.
  [[gnu::cold]] void close();

 private:
  static constexpr std::uint8_t kStays = 0;

  Vmbus bus_;
  Doorbell doorbell_;
  SendRing send_;
  ReceiveRing receive_;
  const std::uint8_t* gone_ = &kStays;  ///< Facts::gone of a device
  std::uint32_t number_ = 0, shares_ = 0;
};

template <typename T>
std::span<const std::uint8_t> bytes_of(const T& object) {
  return {reinterpret_cast<const std::uint8_t*>(&object), sizeof object};
}

/// The beginning of what came, as a private copy; nothing when it is too short.
template <typename T>
std::optional<T> read(std::span<const std::uint8_t> from) {
  std::optional<T> copy;
  if (from.size() >= sizeof(T)) __builtin_memcpy(static_cast<void*>(&copy.emplace()), from.data(), sizeof(T));
  return copy;
}

inline const Facts& facts_of(const DeviceEntry& device) {
  return *reinterpret_cast<const Facts*>(raw(device.windows[static_cast<unsigned>(Window::facts)].start));
}

}  // namespace wick::drivers::hyperv
