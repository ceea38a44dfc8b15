// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's lives: what a death leaves on the terminal, and what the next life finds.

#include <algorithm>
#include <utility>

#include "guest/boot_info_writer.h"
#include "monitor/base/entropy.h"
#include "monitor/guest_machine.h"
#include "processor.h"

namespace wick::monitor {
namespace {

/// Devices are served only while the guest is out, and getting there has its price.
constexpr Nanoseconds look_of(Wall machine) { return Nanoseconds{machine == Wall::process ? 50'000u : 500'000u}; }

}  // namespace

void GuestMachine::tell(const CrashRecord& record) {
  hv::print_record(record, write_own);
  tell_all(&Observer::crashed, record);
}

void GuestMachine::go_back(bool to_checkpoint) {
  if (std::exchange(a.copies.in_place, false)) return a.guest.machine->settle(hv::Splits::join);
  a.devices.reset();
  a.control.memory_changes();
  if (to_checkpoint) {
    a.guest.memory.return_to_copy(a.copies.sweeper);
    (void)a.devices.restore(a.copies.checkpoint.devices);  // was good when it was saved, or has been checked since
  } else if (a.guest.lives.history.count()) {              // as it was mapped it is pristine
    a.guest.memory.make_pristine();
  }
  a.guest.machine->settle(to_checkpoint ? hv::Splits::join : hv::Splits::join_all);
}

void GuestMachine::renew_shared_pages() {
  auto& shared = a.guest.memory.shared();
  shared.event = {};
  shared.event.yield_ns = raw(look_of(a.guest.machine->kind));
  shared.event.extended_state = a.guest.machine->kind == Wall::process ? extended_state() : 0;
  if (a.guest.lives.history.count()) shared.crash = {};  // as it was mapped it is zero
  const auto range_of = [&](hv::RegionKind kind) {
    const auto* region = a.guest.memory.region(kind);
    return region ? hv::MemoryRange{region->start, region->length} : hv::MemoryRange{};
  };
  const auto& guests = a.guest.memory.read_only_for_guest();
  std::uint8_t seed[256];  // as much as a start-up draws: each word beyond costs the guest an exit
  fill_random(seed);
  hv::BootFacts facts{.dma = range_of(hv::RegionKind::dma), .heap = range_of(hv::RegionKind::heap)};
  fill_random({reinterpret_cast<std::uint8_t*>(&facts.generation), sizeof facts.generation});
  facts.pages = {hv::gpa_of(&guests.clock), hv::gpa_of(&shared.event), hv::gpa_of(&shared.crash)};
  const auto below = a.guest.machine->kind == Wall::hosted ? Hypervisor::kvm : Hypervisor::host;
  facts.platform = {a.guest.machine->kind, below, 1, 0, 0};
  facts.restart = {a.guest.lives.history.count(), hv::gpa_of(&guests.last_crash)};
  facts.image = {a.guest.image.start, raw(a.guest.image.end) - raw(a.guest.image.start), {}, 0};
  std::ranges::copy(a.guest.image.build_id, facts.image.build_id);
  facts.seed = seed;
  facts.devices = {a.devices.entries().begin(), a.devices.entries().end()};
  facts.command_line = a.options.command_line;
  facts.configuration = {hv::gpa_of(guests.configuration), a.configuration.size()};
  (void)hv::write_boot_info(a.guest.memory.read_only().boot_info, facts);  // the command line's length was checked
}

void start_guest(Appliance& a) {
  GuestMachine machine(a);
  hv::begin_life(machine);
}

}  // namespace wick::monitor
