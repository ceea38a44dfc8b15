// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages by which VMBus is spoken with. Microsoft publishes no description of them; these are facts of Linux' and
// FreeBSD's drivers (include/linux/hyperv.h, sys/dev/hyperv/vmbus).

#include <cstddef>
#include <cstdint>

#include "hyperv/bus.h"

namespace wick::drivers::hyperv {

enum class MessageType : std::uint32_t {
  none = 0,
  offer = 1,
  rescind = 2,
  request_offers = 3,
  all_offers = 4,
  open = 5,
  open_result = 6,
  close = 7,
  gpadl_header = 8,
  gpadl_body = 9,
  gpadl_created = 10,
  released = 13,
  initiate_contact = 14,
  version_response = 15,
};

struct MessageHeader {
  MessageType type;
  std::uint32_t padding;
};
static_assert(sizeof(MessageHeader) == 8);

struct RequestOffers {
  MessageHeader header{MessageType::request_offers, 0};
};

/// 16 bits each, major and minor.
enum class Version : std::uint32_t { v2_4 = 0x2'0004, v3_0 = 0x3'0000, v4_0 = 0x4'0000, v5_0 = 0x5'0000 };

struct InitiateContact {
  MessageHeader header{MessageType::initiate_contact, 0};
  Version version;
  std::uint32_t processor;
  std::uint64_t interrupts;  ///< before 5.0 a page of theirs, which nobody uses since 2.4; then the SINT of messages
  std::uint64_t monitor_pages[2];
};
static_assert(sizeof(InitiateContact) == 40);

struct VersionResponse {
  MessageHeader header;
  std::uint8_t supported;
  std::uint8_t state;  ///< 0: connected
  std::uint16_t padding;
  std::uint32_t connection;  ///< since 5.0: where messages go from now on
};
static_assert(sizeof(VersionResponse) == 16);

/// As it lies in memory: of the first three fields of its text form each is turned around.
struct Guid {
  std::uint8_t bytes[16];
  constexpr bool operator==(const Guid&) const = default;
};

struct [[gnu::packed]] Offer {
  MessageHeader header;
  Guid type, instance;
  std::uint64_t reserved[2];
  std::uint16_t flags, megabytes;
  std::uint8_t user[120];
  std::uint16_t sub_channel;
  std::uint16_t reserved_2;
  std::uint32_t channel;
  std::uint8_t monitor, monitor_allocated;
  std::uint16_t dedicated;   ///< bit 0: it is signalled by its connection alone
  std::uint32_t connection;  ///< for HvSignalEvent
};
static_assert(sizeof(Offer) == 196);
static_assert(offsetof(Offer, sub_channel) == 180 && offsetof(Offer, connection) == 192);

struct OpenChannel {
  MessageHeader header{MessageType::open, 0};
  std::uint32_t channel, open;  ///< the answer repeats both
  std::uint32_t gpadl;          ///< of both rings
  std::uint32_t processor;
  std::uint32_t receive_ring;  ///< the page where it begins
  std::uint8_t user[120]{};
};
static_assert(sizeof(OpenChannel) == 148);

/// To OpenChannel and to a GPADL alike.
struct Answer {
  MessageHeader header;
  std::uint32_t channel, other;  ///< the number of the opening, or the GPADL's handle
  std::uint32_t status;
};
static_assert(sizeof(Answer) == 20);

/// That a channel is closed; that the host takes its offer back; and that its number is the host's again.
struct OfChannel {
  MessageHeader header;
  std::uint32_t channel;
};
static_assert(sizeof(OfChannel) == 12);

/// Shares memory under a handle: one range, whose page numbers begin here and go on in bodies.
struct [[gnu::packed]] GpadlHeader {
  MessageHeader header;
  std::uint32_t channel, gpadl;
  std::uint16_t range_bytes, ranges;
  std::uint32_t bytes, offset;
  static constexpr unsigned kMostPages = 26;
  std::uint64_t pages[kMostPages];
};
static_assert(sizeof(GpadlHeader) == 236 && offsetof(GpadlHeader, pages) == 28);

struct GpadlBody {
  MessageHeader header;
  std::uint32_t number, gpadl;
  static constexpr unsigned kMostPages = 28;
  std::uint64_t pages[kMostPages];
};
static_assert(sizeof(GpadlBody) == kMostMessage && offsetof(GpadlBody, pages) == 16);

/// Of f8615163-df3e-46c5-913f-f2d2f965ed0e and so on.
inline constexpr Guid kNetworkType{
    {0x63, 0x51, 0x61, 0xf8, 0x3e, 0xdf, 0xc5, 0x46, 0x91, 0x3f, 0xf2, 0xd2, 0xf9, 0x65, 0xed, 0x0e}};
inline constexpr Guid kScsiType{
    {0xd9, 0x63, 0x61, 0xba, 0xa1, 0x04, 0x29, 0x4d, 0xb6, 0x05, 0x72, 0xe2, 0xff, 0xb1, 0xdc, 0x7f}};
inline constexpr Guid kIdeType{
    {0x32, 0x26, 0x41, 0x32, 0xcb, 0x86, 0xa2, 0x44, 0x9b, 0x5c, 0x50, 0xd1, 0x41, 0x73, 0x54, 0xf5}};
inline constexpr Guid kShutdownType{
    {0x31, 0x60, 0x0b, 0x0e, 0x13, 0x52, 0x34, 0x49, 0x81, 0x8b, 0x38, 0xd9, 0x0c, 0xed, 0x39, 0xdb}};
inline constexpr Guid kTimeType{
    {0x30, 0xe6, 0x27, 0x95, 0xae, 0xd0, 0x7b, 0x49, 0xad, 0xce, 0xe8, 0x0a, 0xb0, 0x17, 0x5c, 0xaf}};
inline constexpr Guid kHeartbeatType{
    {0x39, 0x4f, 0x16, 0x57, 0x15, 0x91, 0x78, 0x4e, 0xab, 0x55, 0x38, 0x2f, 0x3b, 0xd5, 0x42, 0x2d}};

}  // namespace wick::drivers::hyperv
