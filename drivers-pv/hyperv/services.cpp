// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/services.h"

namespace wick::drivers::hyperv {
namespace {

constexpr unsigned kMostMessages = 16;  ///< that are answered at a time

/// Newest first: frames since Windows 7, and messages of the same two.
constexpr ServiceVersion kVersions[] = {{3, 0}, {1, 0}};

/// Picks the newest of `count` that stand at `at`.
bool pick(const std::uint8_t* at, unsigned count, ServiceVersion& picked) {
  for (const ServiceVersion known : kVersions)
    for (unsigned i = 0; i < count; ++i) {
      __builtin_memcpy(&picked, at + i * sizeof picked, sizeof picked);
      if (picked == known) return true;
    }
  return false;
}

/// @return whether there is one of each in common, and then the answer stands there
bool agree(std::span<std::uint8_t> message) {
  const auto offered = read<ServiceVersions>(message);
  if (!offered) return false;
  std::uint8_t* const list = message.data() + sizeof *offered;
  const std::size_t room = (message.size() - sizeof *offered) / sizeof(ServiceVersion);
  ServiceVersion picked[2];
  if (std::size_t{offered->frames} + offered->messages > room || !pick(list, offered->frames, picked[0]) ||
      !pick(list + offered->frames * sizeof(ServiceVersion), offered->messages, picked[1]))
    return false;
  const ServiceVersions one{1, 1, 0};
  __builtin_memcpy(message.data(), &one, sizeof one);
  __builtin_memcpy(list, picked, sizeof picked);
  return true;
}

}  // namespace

bool Service::serve(std::span<std::uint8_t> room) {
  bool end = false;
  Packet packet;
  for (unsigned i = 0; i < kMostMessages && !given_up_ && channel_.take(room, packet); ++i) {
    const std::span<std::uint8_t> message = room.subspan(packet.head.size(), packet.body.size());
    if (packet.type != PacketType::inband || message.size() < sizeof(ServiceHeader)) continue;
    end = answer(message) || end;
    (void)channel_.put(PacketType::inband, 0, packet.transaction, {}, message);
  }
  if (given_up_) return false;
  channel_.kick();
  given_up_ = channel_.broken();
  return end;
}

/// Makes the answer of the message. @return whether it asks for the machine's end
bool Service::answer(std::span<std::uint8_t> message) {
  ServiceHeader header = *read<ServiceHeader>(message);
  const std::span<std::uint8_t> what = message.subspan(sizeof header);
  bool good = false, end = false;
  if (header.type == 0) {
    good = agree(what);
    header.size = sizeof(ServiceVersions) + 2 * sizeof(ServiceVersion);
  } else if (header.type == static_cast<std::uint16_t>(ServiceKind::heartbeat) && kind_ == ServiceKind::heartbeat) {
    const auto beat = read<std::uint64_t>(what);
    const std::uint64_t next = beat.value_or(0) + 1;
    good = beat.has_value();
    if (good) __builtin_memcpy(what.data(), &next, sizeof next);
  } else if (header.type == static_cast<std::uint16_t>(ServiceKind::shutdown) && kind_ == ServiceKind::shutdown) {
    const auto request = read<ShutdownRequest>(what);
    good = end = request && request->flags <= 1;
  } else if (header.type == static_cast<std::uint16_t>(ServiceKind::time) && kind_ == ServiceKind::time) {
    const auto sample = read<TimeSample>(what);
    const std::uint64_t since = sample ? sample->host - kHostUnitsBefore1970 : ~0ull;
    good = since <= ~0ull / kHostUnit;  // neither before 1970 nor beyond what nanoseconds can tell
    if (good) date_ = since * kHostUnit;
  }
  header.status = good ? 0 : kServiceFailed;
  header.direction = kTransaction | kResponse;
  __builtin_memcpy(message.data(), &header, sizeof header);
  return end;
}

}  // namespace wick::drivers::hyperv
