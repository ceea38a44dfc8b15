// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is underneath, as a table of functions: one constant object a platform, which puts itself into a section of the
// image. hv asks each in turn whether it recognizes the machine and from then on does console, clock, timer, idling and
// power-off through the one that did.

#include <span>

#include "abi/bootinfo.h"
#include "abi/clock.h"
#include "base/boot.h"

namespace wick::hv {

/// Why a machine ends. The exit code doesn't tell: a program may choose any.
enum class End : std::uint8_t { orderly, crash };

struct Platform {
  Hypervisor id;
  /// By CPUID alone: runs before anything is set up.
  bool (*detect)();
  /// Console, clock, interrupts. Memory is mapped; adds its bits to `boot.interfaces`. @return what is missing, or ok
  Status (*init)(Boot& boot);
  void (*console)(const char* bytes, std::size_t count);
  /// Brings the page up to date; called before the guest starts and whenever a vCPU comes back from idling.
  void (*refresh_clock)(ClockPage& page);
  /// @return nanoseconds since 1970 at the clock page's epoch; 0 when unknown
  std::uint64_t (*wall_clock)();
  /// One-shot interrupt at `deadline` (clock page time; kNever: none), which ends `idle`.
  void (*set_timer)(Nanoseconds deadline);
  /// Entered and left with interrupts off; returns after at least one interrupt.
  void (*idle)();
  void (*power_off)(std::uint32_t code, End end);
  /// The memory map when the loader gave none; runs before anything is set up. May be null.
  void (*read_memory)(Boot& boot) = nullptr;
  /// Devices of PCI, and the IOMMU in front of them, are its own: hv stops none and confines none.
  bool owns_devices = false;
};

/// Puts a platform into the list: `WICK_PLATFORM("2") constexpr const Platform* registered = &kvm;`. Lower orders are
/// asked first: 1 who may show another's signature besides its own, 2 the others, 3 who takes a machine on which nobody
/// is.
#define WICK_PLATFORM(order) [[gnu::section(".wick.platforms." order), gnu::used]]

/// The platform this machine is; set once by `choose_platform`.
extern const Platform* platform;

/// Ends the machine, with `code` for whoever started it.
[[noreturn]] void power_off(std::uint32_t code, End end);

/// @return not_found when no known hypervisor is underneath
Status choose_platform();

/// All that are linked, in the order in which they are asked.
std::span<const Platform* const> platforms();

}  // namespace wick::hv
