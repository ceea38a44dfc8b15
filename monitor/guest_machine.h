// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The monitor as hv/guest asks for a machine (guest/dispatch.h, death.h, life.h): what of a guest's calls, deaths and
// lives is up to Linux and to whoever runs the guest's instructions.

#include "guest/death.h"
#include "guest/idle.h"
#include "monitor/appliance.h"
#include "monitor/devices/terminal.h"
#include "monitor/signals.h"

namespace wick::monitor {

struct GuestMachine {
  static constexpr hv::Sink kSay = write_own;
  static constexpr const char* kStoppedAccess = "an access that only the host stopped";
  static constexpr int kRunning = -1;

  Appliance& a;
  int code = kRunning;                  ///< the guest's exit code, once it has ended
  Nanoseconds idle_since{}, counted{};  ///< of idle(), and the time up to which statistics know of it
  EventMask waits_for{};

  explicit GuestMachine(Appliance& its) : a(its) {}

  CrashRegisters& registers() { return a.guest.vcpu.registers; }
  hv::Watchdog& watchdog() { return a.guest.vcpu.watchdog; }
  hv::Slices& slices() { return a.guest.vcpu.slices; }
  bool slice_over() { return take_slice_over(); }
  static constexpr bool timer_fired() { return true; }
  hv::Lives& lives() { return a.guest.lives; }
  const hv::Notes& notes() { return a.guest.image.notes; }
  const hv::Kept* kept() { return a.guest.memory.has_copy() ? &a.copies.checkpoint.kept : nullptr; }
  const hv::GuestMap& regions() { return a.guest.memory.regions(); }
  EventPage& event_page() { return a.guest.memory.shared().event; }
  CrashRecord& crash_page() { return a.guest.memory.shared().crash; }
  CrashRecord& last_crash() { return a.guest.memory.read_only().last_crash; }
  const void* boot_info() { return a.guest.memory.read_only_for_guest().boot_info; }
  hv::BuildId build_id() { return a.guest.image.build_id; }
  Nanoseconds now() { return a.guest.clock.now(); }
  bool may(Gpa at, std::uint64_t length, bool write) { return a.guest.memory.may(at, length, write); }
  bool is_code(std::uint64_t at) { return a.guest.memory.is_code(at); }

  // loop.cpp
  Status notify(std::uint32_t number) { return a.devices.notify(number); }
  CallResult wall_clock() { return {Status::ok, a.guest.clock.date_of_epoch()}; }
  CallResult entropy();
  void print(std::string_view text) { write_guests(text); }
  void exit(std::uint32_t code);
  void end(std::uint32_t its_code) { code = static_cast<int>(its_code); }
  bool interrupt(const hv::Exit&);
  bool interrupted() { return a.control.wanted() || (a.watch.on() && a.watch.ask(&Observer::wants_guest)); }
  std::uint64_t idle(Nanoseconds deadline, EventMask mask);
  void accept() {}
  bool serve();
  void sleep(Nanoseconds deadline);
  void woke();
  void watch();

  // life.cpp
  void tell(const CrashRecord& record);
  void go_back(bool to_checkpoint);
  void renew_shared_pages();
  void set_state(const ProcessorState& state) { a.guest.machine->set_state(a.guest.vcpu, state); }

  // checkpoint.cpp
  Status set_writable(Gpa start, std::uint64_t length, bool writable);
  /// Memory, registers and devices, in memory and in the snapshot file, which is closed then. When that fails, an
  /// earlier checkpoint is still what it was. @return unsupported when neither the restart policy nor the user has
  /// asked for it, no_memory, io_error
  Status keep();
  /// The snapshot that the control socket has asked for, of the guest as it is in its call.
  void snapshot();
};

}  // namespace wick::monitor
