// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bare machine with a wall, as hv/guest asks for a machine (guest/dispatch.h, death.h, life.h): what of a guest's
// calls, deaths and lives is up to the hardware and to the wall that is live.

#include "arch/guest_paging.h"
#include "guest/idle.h"
#include "machine/backends.h"
#include "machine/boot_info.h"
#include "machine/guest.h"
#include "machine/hardware.h"
#include "platform/platform.h"
#include "platform/print.h"

namespace wick::hv {

struct Machine : Hardware {
  static constexpr Sink kSay = hv::print;
  static constexpr const char* kStoppedAccess = "an access that only nested paging stopped";
  Vcpu& vcpu;

  explicit Machine(Vcpu& its) : vcpu(its) {}
  CrashRegisters& registers() { return vcpu.registers; }
  Watchdog& watchdog() { return vcpu.watchdog; }
  Slices& slices() { return vcpu.slices; }
  bool slice_over() { return slices().over(now()); }
  static Lives& lives() { return guest.lives; }
  static const Notes& notes() { return guest.notes; }
  static const Kept* kept() { return guest.lives.checkpointed ? &guest.kept : nullptr; }
  static const GuestMap& regions() { return guest_map; }
  static EventPage& event_page() { return guest_event_pages[this_cpu().number()]; }
  static CrashRecord& last_crash() { return hv::last_crash; }
  static const BootInfo* boot_info() { return hv::boot_info(); }

  // memory.cpp
  static bool may(Gpa address, std::uint64_t length, bool write) { return guest_may(address, length, write); }
  static bool is_code(std::uint64_t address);
  static Status set_writable(Gpa start, std::uint64_t length, bool writable);
  /// @return no_memory when the reserve is too small: an earlier checkpoint is still what it was; unsupported when the
  /// restart policy never goes back
  Status keep();
  static void go_back(bool to_checkpoint);

  // renew.cpp
  static void renew_shared_pages();
  static ProcessorState state();
  static void set_state(const ProcessorState& state);

  // loop.cpp
  static Status notify(std::uint32_t number) { return notify_backend(number); }
  std::uint64_t idle(Nanoseconds deadline, EventMask mask) { return hv::idle(*this, deadline, mask); }
  static bool serve() { return serve_backends(); }
  void watch() { platform->set_timer(vcpu.alarm()); }
  void woke() {
    if (watchdog().next() != kNever) watch();
  }
  bool interrupt(const Exit& exit);
  static void print(std::string_view text) { print_guests(text); }
  static void tell(const CrashRecord& record);
  [[noreturn]] static void exit(std::uint32_t code) { exit_machine(code); }
  [[noreturn]] static void end(std::uint32_t code) { power_off(code, End::crash); }
};

}  // namespace wick::hv
