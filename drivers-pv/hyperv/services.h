// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The integration services that a machine answers by itself, whatever runs on it: that it is alive, that somebody wants
// it to end, and what time it is. The host asks, one message at a time; facts of Linux' and FreeBSD's drivers
// (hv_util.c, vmbus_ic.c).

#include <utility>

#include "hyperv/channel.h"

namespace wick::drivers::hyperv {

enum class ServiceKind : std::uint8_t { heartbeat = 1, shutdown = 3, time = 4 };

struct ServiceVersion {
  std::uint16_t major, minor;
  constexpr bool operator==(const ServiceVersion&) const = default;
};

/// Before what a message says.
struct [[gnu::packed]] ServiceHeader {
  std::uint32_t flags, bytes;  ///< a pipe's
  ServiceVersion frame;
  std::uint16_t type;  ///< 0: versions; else ServiceKind
  ServiceVersion message;
  std::uint16_t size;  ///< of what follows
  std::uint32_t status;
  std::uint8_t transaction, direction;
  std::uint8_t reserved[2];
};
static_assert(sizeof(ServiceHeader) == 28 && offsetof(ServiceHeader, direction) == 25);

/// Followed by all the versions.
struct ServiceVersions {
  std::uint16_t frames, messages;
  std::uint32_t reserved;
};
static_assert(sizeof(ServiceVersions) == 8);

struct ShutdownRequest {
  std::uint32_t reason, timeout;
  std::uint32_t flags;  ///< 0, and 1 by force: end; 2 and 3: start again
};
static_assert(sizeof(ShutdownRequest) == 12);

/// Of versions before 4.0.
struct [[gnu::packed]] TimeSample {
  std::uint64_t host;  ///< 100 ns each since 1601
  std::uint64_t guest, round_trip;
  std::uint8_t flags;
};
static_assert(sizeof(TimeSample) == 25);
inline constexpr std::uint64_t kHostUnit = 100, kHostUnitsBefore1970 = 116'444'736'000'000'000;

inline constexpr std::uint32_t kServiceFailed = 0x8000'4005;
inline constexpr std::uint8_t kTransaction = 1, kResponse = 4;

class Service {
 public:
  constexpr Service() = default;
  static constexpr std::uint32_t kRoom = kPage;  ///< of the longest message

  Service(const Channel& channel, ServiceKind kind) : channel_(channel), kind_(kind) {}

  /// Answers what has come. @param room kRoom bytes @return whether the machine shall end
  [[gnu::cold]] bool serve(std::span<std::uint8_t> room);
  /// What the host has said of the date since this was asked last, in nanoseconds since 1970; 0: nothing.
  std::uint64_t take_date() { return std::exchange(date_, 0); }
  Channel& channel() { return channel_; }

 private:
  [[gnu::cold]] bool answer(std::span<std::uint8_t> message);

  Channel channel_;
  ServiceKind kind_{};
  std::uint64_t date_ = 0;
  bool given_up_ = false;
};

}  // namespace wick::drivers::hyperv
