// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two rings of a channel: packets of whole 8 bytes, each with a descriptor, in pages that the host reads and writes
// at the same time. How far each ring is stands in private memory; the host's index is read once and must be one that
// can be, and a packet is copied once before anybody looks at it.

#include <span>

#include "abi/types.h"
#include "class/shared.h"

namespace wick::drivers::hyperv {

/// The page before a ring's data. Indices are bytes from the data's start.
struct RingPage {
  std::uint32_t write, read;
  std::uint32_t interrupt_mask;  ///< 1: whoever reads wants no signal
  std::uint32_t pending;         ///< bytes that whoever writes waits for room of
  std::uint32_t reserved[12];
  std::uint32_t features;  ///< bit 0: `pending` is used
  std::uint8_t rest[kPage - 68];
};
static_assert(sizeof(RingPage) == kPage && offsetof(RingPage, features) == 64);

enum class PacketType : std::uint16_t { inband = 6, transfer_pages = 7, gpa_direct = 9, completion = 11 };

/// Offset and length count 8 bytes; what stands before the offset belongs to the packet's type.
struct PacketDescriptor {
  PacketType type;
  std::uint16_t offset8, length8, flags;
  std::uint64_t transaction;
};
static_assert(sizeof(PacketDescriptor) == 16);

inline constexpr std::uint16_t kWantsCompletion = 1;
inline constexpr std::uint32_t kTrailer = 8;  ///< behind each packet: where it began

/// A packet in private memory.
struct Packet {
  PacketType type{};
  std::uint64_t transaction = 0;
  std::span<const std::uint8_t> head, body;
};

class SendRing {
 public:
  constexpr SendRing() = default;
  SendRing(RingPage& page, std::uint32_t data_bytes);

  /// Nothing is seen of it before publish(). @param head whole 8 bytes
  /// @return would_block when the ring is full
  Status put(PacketType type, std::uint16_t flags, std::uint64_t transaction, std::span<const std::uint8_t> head,
             std::span<const std::uint8_t> body);
  /// @return whether the host must be signalled
  bool publish();
  bool broken() const { return broken_; }

 private:
  /// Once in the code: images are counted in bytes.
  [[gnu::noinline]] void copy(const void* from, std::uint32_t bytes);

  RingPage* page_ = nullptr;
  std::uint32_t size_ = 0, write_ = 0, published_ = 0;
  bool broken_ = false;
};

class ReceiveRing {
 public:
  constexpr ReceiveRing() = default;
  ReceiveRing(RingPage& page, std::uint32_t data_bytes);

  bool ready() { return used() != 0; }
  /// Takes the next packet into `room`. @return false when there is none, or the host broke the rules
  bool take(std::span<std::uint8_t> room, Packet& packet);
  /// Asks for a signal, or for none. @return whether the ring is empty
  bool arm();
  void disarm() { store(page_->interrupt_mask, 1u); }
  /// Whether the host waits for room that it has now.
  bool has_room_for_host();
  bool broken() const { return broken_; }

 private:
  std::uint32_t used();
  [[gnu::noinline]] void copy(void* to, std::uint32_t at, std::uint32_t bytes) const;

  RingPage* page_ = nullptr;
  std::uint32_t size_ = 0, read_ = 0;
  bool broken_ = false;
};

}  // namespace wick::drivers::hyperv
