// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Xen's guest interface as far as hv speaks it: numbers and wire structures of the 64-bit x86 ABI, named after their
// places in Xen's public headers (public/xen.h, event_channel.h, sched.h, vcpu.h, memory.h, platform.h, hvm/params.h,
// io/console.h). Facts only; behaviour is in the files beside this one.

#include "abi/clock.h"
#include "abi/types.h"

namespace wick::hv::xen {

/// CPUID leaves start at the first base, or at the second when Hyper-V's are shown too (arch-x86/cpuid.h). The header
/// allows 254 more; no Xen uses them, and each look is an exit to whatever hypervisor this is.
inline constexpr std::uint32_t kLeafBases[] = {0x40000000, 0x40000100};
inline constexpr std::uint32_t kTimeLeaf = 3;  ///< subleaf 0, ECX: kHz of the guest's TSC

enum class Hypercall : std::uint64_t {
  platform_op = 7,
  memory_op = 12,
  console_io = 18,
  vcpu_op = 24,
  sched_op = 29,
  event_channel_op = 32,
  hvm_op = 34,
};

inline constexpr std::uint16_t kSelf = 0x7ff0;  ///< DOMID_SELF

// console_io
inline constexpr std::uint64_t kConsoleWrite = 0;

// memory_op
inline constexpr std::uint64_t kAddToPhysmap = 7, kMemoryMap = 9;
enum class MapSpace : std::uint32_t { shared_info = 0, grant_table = 1 };

struct AddToPhysmap {
  std::uint16_t domain;
  std::uint16_t size;
  MapSpace space;
  std::uint64_t index;
  std::uint64_t frame;  ///< guest frame that shall hold it
};
static_assert(sizeof(AddToPhysmap) == 24);
static_assert(offsetof(AddToPhysmap, frame) == 16);

struct [[gnu::packed]] MemoryMapEntry {  // as the BIOS tells it, function E820
  std::uint64_t start, length;
  std::uint32_t type;
};
static_assert(sizeof(MemoryMapEntry) == 20);

struct MemoryMap {
  std::uint32_t count;  ///< in: room; out: entries
  MemoryMapEntry* entries;
};
static_assert(sizeof(MemoryMap) == 16);

// hvm_op
inline constexpr std::uint64_t kSetParameter = 0, kGetParameter = 1;
enum class Parameter : std::uint32_t {
  callback = 0,
  store_frame = 1,
  store_port = 2,
  console_frame = 17,
  console_port = 18,
};
inline constexpr std::uint64_t kCallbackByVector = 2ull << 56;  ///< low byte: the vector

struct HvmParameter {
  std::uint16_t domain;
  std::uint16_t padding;
  Parameter index;
  std::uint64_t value;
};
static_assert(sizeof(HvmParameter) == 16);
static_assert(offsetof(HvmParameter, value) == 8);

// event_channel_op
enum class Port : std::uint32_t {};
inline constexpr std::uint64_t kBindVirq = 1, kSend = 4, kAllocateUnbound = 6;
enum class Virq : std::uint32_t { timer = 0 };

struct BindVirq {
  Virq virq;
  std::uint32_t vcpu;
  Port port;  ///< out
};
static_assert(sizeof(BindVirq) == 12);

struct SendEvent {
  Port port;
};
static_assert(sizeof(SendEvent) == 4);

struct AllocateUnbound {
  std::uint16_t domain, remote;
  Port port;  ///< out
};
static_assert(sizeof(AllocateUnbound) == 8);

// sched_op
inline constexpr std::uint64_t kShutdown = 2, kPoll = 3;
enum class ShutdownReason : std::uint32_t { power_off = 0, reboot = 1, suspend = 2, crash = 3 };

struct Shutdown {
  ShutdownReason reason;
};
static_assert(sizeof(Shutdown) == 4);

struct Poll {
  const Port* ports;
  std::uint32_t count;
  std::uint64_t timeout;  ///< system time; 0: none
};
static_assert(sizeof(Poll) == 24);
static_assert(offsetof(Poll, timeout) == 16);

// vcpu_op
inline constexpr std::uint64_t kStopPeriodicTimer = 7, kSetTimer = 8, kStopTimer = 9;

struct SetTimer {
  std::uint64_t deadline;  ///< system time; one that has passed fires at once
  std::uint32_t flags;
};
static_assert(sizeof(SetTimer) == 16);

// platform_op, dom0 only
inline constexpr std::uint32_t kPlatformInterface = 0x03000001, kEnterAcpiSleep = 51;

struct EnterAcpiSleep {
  std::uint32_t command;
  std::uint32_t interface_version;
  std::uint16_t control_a, control_b;  ///< values for the PM1 control registers
  std::uint32_t state;                 ///< 5: soft off
  std::uint32_t flags;
  std::uint8_t rest[116];  ///< the operation's union is this large
};
static_assert(sizeof(EnterAcpiSleep) == 136);
static_assert(offsetof(EnterAcpiSleep, control_a) == 8);

struct VcpuInfo {
  std::uint8_t upcall_pending;
  std::uint8_t upcall_mask;
  std::uint8_t padding[6];
  std::uint64_t pending_selector;  ///< bit n: look at word n of `SharedInfo::pending`
  std::uint64_t arch[2];
  ClockPage time;  ///< vcpu_time_info
};
static_assert(sizeof(VcpuInfo) == 64);
static_assert(offsetof(VcpuInfo, pending_selector) == 8);
static_assert(offsetof(VcpuInfo, time) == 32);

struct SharedInfo {
  VcpuInfo vcpus[32];
  std::uint64_t pending[64];
  std::uint64_t mask[64];
  std::uint32_t wall_version;  ///< seqlock of the three below
  std::uint32_t wall_seconds;  ///< 1970 to the zero of system time
  std::uint32_t wall_nanoseconds;
  std::uint32_t wall_seconds_high;
};
static_assert(offsetof(SharedInfo, pending) == 2048);
static_assert(offsetof(SharedInfo, mask) == 2560);
static_assert(offsetof(SharedInfo, wall_version) == 3072);
static_assert(offsetof(SharedInfo, wall_seconds_high) == 3084);

struct ConsoleRing {
  char in[1024];
  char out[2048];
  std::uint32_t in_consumed, in_produced;
  std::uint32_t out_consumed, out_produced;
};
static_assert(sizeof(ConsoleRing) == 3088);
static_assert(offsetof(ConsoleRing, in_consumed) == 3072);
static_assert(offsetof(ConsoleRing, out_produced) == 3084);

}  // namespace wick::hv::xen
