// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Hyper-V's interface as far as hv speaks it: numbers and structures of Microsoft's Hypervisor Top Level Functional
// Specification (TLFS), 6.0b. Facts only; behaviour is in the files beside this one.

#include "abi/types.h"
#include "arch/instructions.h"

namespace wick::hv::hyperv {

// CPUID (§2.4)
inline constexpr std::uint32_t kFirstLeaf = 0x4000'0000, kInterfaceLeaf = 0x4000'0001, kFeatureLeaf = 0x4000'0003;
inline constexpr std::uint32_t kFewestLeaves = 0x4000'0005;
inline constexpr std::uint32_t kInterface = 0x31237648;  // "Hv#1"

/// Of kFeatureLeaf, EAX: which MSRs there are.
inline constexpr std::uint32_t kHasCounter = 1 << 1, kHasSynic = 1 << 2, kHasHypercalls = 1 << 5,
                               kHasReferenceTsc = 1 << 9, kHasFrequencies = 1 << 11;
/// EBX: what may be asked of it.
inline constexpr std::uint32_t kMayPost = 1 << 4, kMaySignal = 1 << 5;
/// EDX
inline constexpr std::uint32_t kTellsFrequencies = 1 << 8, kTakesCrashes = 1 << 10;

// MSRs (§D)
inline constexpr Msr kGuestId{0x4000'0000}, kHypercallPage{0x4000'0001}, kCounter{0x4000'0020},
    kReferenceTscPage{0x4000'0021}, kTscHz{0x4000'0022}, kApicHz{0x4000'0023}, kSynicControl{0x4000'0080},
    kEventPage{0x4000'0082}, kMessagePage{0x4000'0083}, kEndOfMessage{0x4000'0084}, kFirstSint{0x4000'0090},
    kCrashCode{0x4000'0100}, kCrashControl{0x4000'0105};
inline constexpr std::uint64_t kEnable = 1;  // with the address of a page
inline constexpr std::uint64_t kNotifyOfCrash = 1ull << 63;
/// An open-source system (§2.6), none of those that have a number.
inline constexpr std::uint64_t kOurGuestId = 1ull << 63 | 1 << 16;

/// Written by the hypervisor: 100 ns = (TSC * scale >> 64) + offset (§12.7).
struct ReferenceTsc {
  std::uint32_t sequence;  ///< 0: not valid; another one: scale and offset have changed
  std::uint32_t reserved;
  std::uint64_t scale, offset;
};
static_assert(sizeof(ReferenceTsc) == 24);

enum class Hypercall : std::uint64_t { post_message = 0x5c, signal_event = 0x5d };
inline constexpr std::uint64_t kFast = 1 << 16;  ///< the argument stands in a register
/// Of its result, the low 16 bits (§B).
inline constexpr std::uint16_t kNoMemory = 11, kNoBuffers = 19;

/// A hypercall's arguments may not lie across two pages.
struct alignas(256) PostMessage {
  std::uint32_t connection, reserved;
  std::uint32_t type, length;
  std::uint8_t bytes[240];
};
static_assert(sizeof(PostMessage) == 256);

/// One a SINT in the message page (§11.8).
struct Message {
  std::uint32_t type;  ///< 0: none
  std::uint8_t length;
  std::uint8_t flags;  ///< bit 0: another one waits
  std::uint8_t reserved[2];
  std::uint64_t sender;
  std::uint8_t bytes[240];
};
static_assert(sizeof(Message) == 256);
inline constexpr std::uint32_t kChannelMessage = 1;
inline constexpr unsigned kSints = 16, kVmbusSint = 2;

/// One a SINT in the event page: a bit a channel (§11.9).
struct EventFlags {
  std::uint64_t words[32];
};
static_assert(sizeof(EventFlags) == 256);

}  // namespace wick::hv::hyperv
