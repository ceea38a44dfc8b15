// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A machine of Hyper-V's for tests: CPUID, MSRs, pages and interrupts as TLFS has them, and behind them the host of
// hyperv_fake.h. What hv calls of its own lower floors is in machine.cpp.

#include <doctest.h>

#include <string>
#include <utility>

#include "../hyperv_fake_network.h"
#include "arch/cpu.h"
#include "arch/interrupts.h"
#include "devices/finder.h"
#include "platform/platform.h"
#include "platform/x86_64/hyperv/abi.h"

namespace wick::test {

inline constexpr std::uint32_t kAll = 0xfff;  ///< features: all that hv knows of

struct Machine {
  HypervNetwork network;  ///< with the host
  std::uint32_t features = kAll, calls = 0x30, more = 1 << 8 | 1 << 10;
  std::string vendor = "Microsoft Hv";
  std::uint32_t interface = 0x31237648, leaves = 0x40000006;
  std::map<std::uint32_t, std::uint64_t> msrs{{0x40000022, 2'500'000'000}, {0x40000023, 200'000'000}};
  std::uint64_t tsc = 1000, step = 1'000'000;
  std::uint64_t counter_step = 1000;
  std::uint64_t apic_ticks = 0;
  std::string said;
  std::vector<std::uint32_t> connections;
  bool mapped_executable = false;
  unsigned ends_of_interrupt = 0, refusals = 0;
  hv::Boot boot{};

  Machine() {
    current = this;
    hv::cpus[0].events.pending = 0;
    hv::platform = hv::hv_platforms_start;
    hv::platform_interrupt = nullptr;
  }
  FakeHyperv& host() { return network.host; }
  template <typename T>
  T* page(std::uint32_t msr) {
    return msrs[msr] & 1 ? reinterpret_cast<T*>(msrs[msr] & ~4095ull) : nullptr;
  }
  /// Puts the next message into the page, if its slot is free.
  void deliver() {
    auto* slots = page<hv::hyperv::Message>(0x40000083);
    if (!slots || slots[2].type != 0 || host().to_guest.empty()) return;
    const Bytes& message = host().to_guest.front();
    std::memcpy(slots[2].bytes, message.data(), message.size());
    slots[2].length = static_cast<std::uint8_t>(message.size());
    slots[2].flags = host().to_guest.size() > 1;
    slots[2].type = 1;
    host().to_guest.pop_front();
  }
  /// Signals a channel of the guest's, and interrupts it.
  void signal(std::uint32_t channel) {
    page<hv::hyperv::EventFlags>(0x40000082)[2].words[channel / 64] |= 1ull << channel % 64;
    if ((msrs[0x40000092] & 0x100ff) == hv::kPlatformVector && msrs[0x40000080] & 1) hv::platform_interrupt();
  }
  /// Says something unasked, and interrupts the guest.
  void say(const Bytes& message) {
    host().to_guest.push_back(message);
    deliver();
    hv::platform_interrupt();
  }
  void find() { hv::hv_finders_start->find(boot); }
  std::uint64_t take_events() { return std::exchange(hv::cpus[0].events.pending, 0); }
  static inline Machine* current = nullptr;
};

}  // namespace wick::test
