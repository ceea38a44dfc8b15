// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a vmxnet3 adapter and its driver share: two windows of registers, one area that the device reads its settings
// from, and descriptors. VMware publishes the layout with its drivers of Linux and FreeBSD; fields that are not used
// are padding here.

#include <cstddef>

#include "abi/types.h"

namespace wick::drivers::vmware {

/// Window 0. Eight bytes lie between the registers of one interrupt or queue and those of the next.
enum class DoorbellRegister : std::uint16_t { mask = 0x000, second_mask = 0x008, transmit = 0x600, receive = 0x800 };
inline constexpr std::uint64_t kDoorbellBytes = 0x1000;

/// Window 1.
enum class Register : std::uint16_t {
  revision = 0x00,      ///< a bit for each that the device has; the driver writes the one it takes
  upt_revision = 0x08,  ///< the same, of the interface to pass-through hardware
  shared_low = 0x10,
  shared_high = 0x18,
  command = 0x20,  ///< a GET command's answer is what is read next
  mac_low = 0x28,
  mac_high = 0x30,
  events = 0x40,  ///< those of Settings::events that the driver has seen
};
inline constexpr std::uint64_t kRegisterBytes = 0x48;

enum class Command : std::uint32_t {
  activate = 0xcafe'0000,
  reset = 0xcafe'0002,
  receive_mode = 0xcafe'0003,
  get_link = 0xf00d'0002,
};

inline constexpr std::uint32_t kFirstRevision = 1;
inline constexpr std::uint32_t kLinkUp = 1;  ///< GET_LINK: bit 0; the speed in the upper half

/// Settings::features
inline constexpr std::uint64_t kReceiveChecksum = 1;

/// Settings::receive_mode
inline constexpr std::uint32_t kUnicast = 1, kBroadcast = 4, kAllMulticast = 8;

/// What the device reads when it is activated.
struct Settings {
  std::uint32_t magic, padding0;
  std::uint32_t driver_version;
  std::uint32_t operating_system;  ///< bits 0 and 1: 2 for 64 bits; bits 2 to 5: which
  std::uint32_t revisions, upt_revisions;
  std::uint64_t features;
  std::uint64_t driver_data, queues;
  std::uint32_t driver_data_bytes, queues_bytes;
  std::uint32_t mtu;
  std::uint16_t most_receive_pieces;
  std::uint8_t transmit_queues, receive_queues;
  std::uint32_t padding1[4];
  std::uint8_t mask_itself;  ///< an interrupt that was sent is masked until the driver unmasks it
  std::uint8_t interrupts, event_interrupt;
  std::uint8_t moderation[25];
  std::uint32_t interrupt_control, padding2[2];
  std::uint32_t receive_mode;
  std::uint16_t multicast_bytes, padding3;
  std::uint64_t multicast;
  std::uint32_t vlans[128];
  std::uint64_t other_settings[6];
  std::uint32_t events, padding4;
  std::uint64_t command_data[2];
};
static_assert(offsetof(Settings, mask_itself) == 80);
static_assert(offsetof(Settings, receive_mode) == 120);
static_assert(offsetof(Settings, events) == 696);
static_assert(sizeof(Settings) == 720);

inline constexpr std::uint32_t kSettingsMagic = 0xbabefee1;

/// Settings::events
inline constexpr std::uint32_t kLinkEvent = 4;

struct TransmitQueue {
  std::uint32_t deferred, threshold;
  std::uint64_t padding0;
  std::uint64_t ring, data_ring, completions, driver_data, padding1;
  std::uint32_t entries, data_entries, completion_entries, driver_data_bytes;
  std::uint8_t interrupt, padding2[7];
  std::uint8_t stopped, padding3[3];
  std::uint32_t error;
  std::uint64_t statistics[10];
  std::uint8_t padding4[88];
};
static_assert(offsetof(TransmitQueue, stopped) == 80);
static_assert(sizeof(TransmitQueue) == 256);

struct ReceiveQueue {
  std::uint8_t wants_doorbell, padding0[7];  ///< the device sets it when it ran out of descriptors
  std::uint64_t padding1;
  std::uint64_t rings[2], completions, driver_data, data_ring;
  std::uint32_t entries[2], completion_entries, driver_data_bytes;
  std::uint8_t interrupt, padding2[7];
  std::uint8_t stopped, padding3[3];
  std::uint32_t error;
  std::uint64_t statistics[10];
  std::uint8_t padding4[88];
};
static_assert(offsetof(ReceiveQueue, stopped) == 80);
static_assert(sizeof(ReceiveQueue) == 256);

/// In memory one behind the other, the transmit queues first.
struct Queues {
  TransmitQueue transmit;
  ReceiveQueue receive;
};

/// A descriptor is the device's, and a completion the driver's, when its generation bit is that of the ring's lap: set
/// in the first one, clear in the second, and so on.
struct TransmitDescriptor {
  std::uint64_t address;
  std::uint32_t length;  ///< bits 0 to 13; kGeneration; from bit 18 on where the checksum goes
  std::uint32_t flags;   ///< bits 0 to 9: where the sum begins; kOffloadChecksum, kEnd, kComplete
};
static_assert(sizeof(TransmitDescriptor) == 16);
inline constexpr std::uint32_t kTransmitGeneration = 1 << 14;
inline constexpr unsigned kChecksumAt = 18;
inline constexpr std::uint32_t kOffloadChecksum = 2 << 10, kEnd = 1 << 12, kComplete = 1 << 13;
inline constexpr std::uint32_t kMostPiece = (1 << 14) - 1, kMostHeader = (1 << 10) - 1;
inline constexpr std::uint32_t kMostPieces = 16;  ///< descriptors of a frame

struct ReceiveDescriptor {
  std::uint64_t address;
  std::uint32_t length;  ///< bits 0 to 13; bit 14: for the rest of a frame only; kGeneration
  std::uint32_t padding;
};
static_assert(sizeof(ReceiveDescriptor) == 16);
inline constexpr std::uint32_t kGeneration = 1u << 31;  ///< of receive descriptors and of all completions

struct Completion {
  std::uint32_t index;  ///< bits 0 to 11: the descriptor; of a received piece kLast, kFirst and kNoChecksum
  std::uint32_t hash;
  std::uint32_t length;  ///< of a received piece: bits 0 to 13; kReceiveError
  std::uint32_t state;   ///< kGeneration; of a received piece kChecksumGood
};
static_assert(sizeof(Completion) == 16);
inline constexpr std::uint32_t kIndexMask = 0xfff, kLast = 1 << 14, kFirst = 1 << 15, kNoChecksum = 1 << 30;
inline constexpr std::uint32_t kLengthMask = (1 << 14) - 1, kReceiveError = 1 << 14;
inline constexpr std::uint32_t kChecksumGood = 1 << 16;

inline constexpr std::uint64_t kRingAlignment = 512, kQueuesAlignment = 128;
/// Rings are multiples of 32 entries.
inline constexpr std::uint32_t kFewestEntries = 32, kMaxEntries = 256;

}  // namespace wick::drivers::vmware
