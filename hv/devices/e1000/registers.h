// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Registers and descriptors that Intel's 82540EM and 82574L have in common. Sections are those of the PCI/PCI-X Family
// of Gigabit Ethernet Controllers Software Developer's Manual (8254x), rev. 4.0; the 82574L's datasheet, rev. 3.4, has
// the same in its chapters 7 and 10.

#include "abi/types.h"

namespace wick::hv::e1000 {

/// §13.4, in manual order.
enum class Register : std::uint32_t {
  control = 0x0000,
  status = 0x0008,
  eeprom_read = 0x0014,
  interrupt_cause = 0x00c0,  ///< reading clears it
  interrupt_set = 0x00d0,
  interrupt_clear = 0x00d8,
  receive_control = 0x0100,
  transmit_control = 0x0400,
  transmit_gap = 0x0410,
  receive_base = 0x2800,  ///< 64 bits, as the other bases
  receive_length = 0x2808,
  receive_head = 0x2810,
  receive_tail = 0x2818,
  transmit_base = 0x3800,
  transmit_length = 0x3808,
  transmit_head = 0x3810,
  transmit_tail = 0x3818,
  receive_checksum = 0x5000,
  address_low = 0x5400,  ///< of the first receive address
  address_high = 0x5404,
};
inline constexpr std::uint64_t kRegisterBytes = 0x5408;

// §13.4.1, §13.4.2
inline constexpr std::uint32_t kMasterDisable = 1u << 2, kSetLinkUp = 1u << 6, kReset = 1u << 26;
inline constexpr std::uint32_t kLinkUp = 1u << 1, kMasterEnabled = 1u << 19;

// §13.4.17: causes of interrupts.
inline constexpr std::uint32_t kTransmitted = 1u << 0, kLinkChanged = 1u << 2, kReceiveLow = 1u << 4;
inline constexpr std::uint32_t kReceiveOverrun = 1u << 6, kReceived = 1u << 7;

// §13.4.22. Buffers of 2048 bytes are the field's zero; frames over 1522 bytes are dropped.
inline constexpr std::uint32_t kReceiveEnable = 1u << 1, kAllMulticast = 1u << 4, kAcceptBroadcast = 1u << 15;
inline constexpr std::uint32_t kStripChecksum = 1u << 26;

// §13.4.33: pad short packets; collision threshold and distance as recommended for full duplex.
inline constexpr std::uint32_t kTransmitEnable = 1u << 1, kPadShort = 1u << 3;
inline constexpr std::uint32_t kCollisionMask = 0x3ffff0, kCollisions = 0x0f << 4 | 0x40 << 12;

/// §13.4.34: gaps between packets for copper.
inline constexpr std::uint32_t kCopperGap = 6 << 20 | 8 << 10 | 8;

// §13.4.43: check IP and TCP or UDP sums.
inline constexpr std::uint32_t kCheckSums = 3u << 8;

inline constexpr std::uint32_t kAddressValid = 1u << 31;  // §13.5.3

/// §3.2.3: the legacy receive descriptor.
struct ReceiveDescriptor {
  std::uint64_t address;
  std::uint16_t length, checksum;
  std::uint8_t status, errors;
  std::uint16_t special;
};
static_assert(sizeof(ReceiveDescriptor) == 16);

// §3.2.3.1, §3.2.3.2
inline constexpr std::uint8_t kReceiveDone = 1 << 0, kEndOfPacket = 1 << 1, kIgnoreChecksum = 1 << 2;
inline constexpr std::uint8_t kTcpChecked = 1 << 5;
inline constexpr std::uint8_t kFrameErrors = 0x97, kChecksumErrors = 0x60;

/// §3.3.7: the extended data descriptor. Written by the chip: the lowest bit of `status`.
struct DataDescriptor {
  std::uint64_t address;
  std::uint32_t command;  ///< length, kind, commands
  std::uint8_t status, options;
  std::uint16_t special;
};
static_assert(sizeof(DataDescriptor) == 16);

/// §3.3.6: the context descriptor: where sums start, where they go; `end` 0 is the end of the frame.
struct ContextDescriptor {
  std::uint8_t ip_start, ip_offset;
  std::uint16_t ip_end;
  std::uint8_t start, offset;
  std::uint16_t end;
  std::uint32_t command;
  std::uint8_t status, header_length;
  std::uint16_t segment_size;
};
static_assert(sizeof(ContextDescriptor) == 16);

inline constexpr std::uint32_t kDataKind = 1u << 20;
inline constexpr std::uint32_t kCommandEnd = 1u << 24, kCommandInsertFcs = 1u << 25, kCommandReport = 1u << 27;
inline constexpr std::uint32_t kCommandExtended = 1u << 29;
inline constexpr std::uint8_t kOptionChecksum = 1 << 1, kTransmitDone = 1 << 0;

}  // namespace wick::hv::e1000
