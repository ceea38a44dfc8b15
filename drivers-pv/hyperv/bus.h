// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// VMBus as hv's finder and this family agree on it. hv has connected to it, knows what it offers, and gives each
// channel an event and a number; opening a channel is its driver's dialogue, by messages that hv carries.

#include "abi/device.h"

namespace wick::drivers::hyperv {

inline constexpr Bus kBus{259};

/// Order of a device's windows.
enum class Window : unsigned {
  mailbox = 0,  ///< Mailbox
  facts = 1,    ///< Facts
};

inline constexpr unsigned kMostMessage = 240;  ///< bytes of a message (TLFS §11.8, HV_MESSAGE_PAYLOAD_BYTE_COUNT)

/// One message each way, which hv copies: nothing here changes while somebody looks at it.
struct alignas(8) Mailbox {
  std::uint32_t connection;  ///< where messages go, as the host wants it
  std::uint32_t out_length;
  std::uint32_t in_length;  ///< 0: none has come
  std::uint32_t reserved;
  std::uint8_t out[kMostMessage], in[kMostMessage];
};
static_assert(sizeof(Mailbox) == 496);
static_assert(offsetof(Mailbox, out) % 8 == 0 && offsetof(Mailbox, in) % 8 == 0);

/// What hv has found out about a channel.
struct Facts {
  std::uint32_t channel;  ///< its number (child relid): 1 to kMostChannels - 1
  bool ide;               ///< a disk of its own, at `path` and `target`, and not an adapter of them
  std::uint8_t path, target;
  std::uint8_t gone;  ///< 1: the host has taken it away, and the event has told so
};
static_assert(sizeof(Facts) == 8);

/// As many as there are event flags (TLFS §11.7).
inline constexpr std::uint32_t kMostChannels = 2048;

/// Numbers for Access::notify. Drivers have no clock: hv waits for them, 10 ms at most.
inline constexpr std::uint32_t kPost = 0x48560000;  ///< posts the mailbox' message; an error when the host refuses it
inline constexpr std::uint32_t kWaitMessage = kPost + 1;   ///< until one comes, which then stands in the mailbox
inline constexpr std::uint32_t kWaitSignal = kPost + 2;    ///< until some channel is signalled
inline constexpr std::uint32_t kFirstSignal = kPost + 16;  ///< signals a channel: plus what hv calls it

}  // namespace wick::drivers::hyperv
