// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// From the options to a guest that can run. Whatever can fail does so before the guest's first instruction.

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "monitor/appliance.h"
#include "monitor/background.h"
#include "monitor/base/phases.h"
#include "monitor/base/sentence.h"
#include "monitor/configuration.h"

namespace wick::monitor {

void choose_machine(Appliance& a) {
  const auto wall = a.options.wall.value_or(a.guest.image.wall);
  a.guest.machine = wall == Wall::process ? &process_machine : &kvm_machine;
}

Outcome map_memory(Appliance& a, const Payload& payload) {
  const auto size = a.options.memory ? a.options.memory : a.guest.image.memory;
  if (auto done = a.guest.memory.map(payload, a.guest.image, a.guest.machine->needs(size)); !done) return done;
  if (auto done = a.guest.machine->lay_out(a.guest.memory); !done) return done;
  std::uint8_t trap[kTrapBytes] = {};
  a.guest.machine->place_trap(a.guest.memory, trap);
  a.guest.memory.write_code(a.guest.image.notes.entry.trap, trap);
  return {};
}

Outcome set_up(Appliance& a, const Payload& payload) {
  auto configuration = make_configuration(a.options);
  if (!configuration) return std::unexpected(configuration.error());
  a.configuration = std::move(*configuration);
  // Behind the user's words, of which the first one counts. `wick run` knows the terminal that it stands before.
  const int terminals = (isatty(STDIN_FILENO) ? 1 : 0) | (isatty(STDOUT_FILENO) ? 2 : 0);
  a.options.command_line += " console.tty=" + std::to_string(terminals);
  const bool copyable = may_checkpoint(a.guest.image);
  const bool answers_only = a.options.control.starts_with(kOpenFiles);
  if (!copyable && (!a.options.snapshot.empty() || !(a.options.control.empty() || answers_only)))
    return sentence(
        "%s never calls checkpoint(), without which there are no snapshots: its wick.toml doesn't allow the call, "
        "which platform.calls has to name",
        a.guest.image.name.c_str());
  if (copyable && a.options.control.empty()) a.options.control = control_path();
  for (auto* observer : observers()) {
    a.options.command_line += observer->asks_guest();
    if (auto done = observer->prepare(); !done) return done;
  }
  if (auto done = a.guest.machine->open(); !done) return done;
  phase_ends("machine");
  if (auto done = a.devices.open(a.options, a.guest.image); !done) return done;
  phase_ends("devices");
  if (!a.options.clones)  // which have it already
    if (auto done = map_memory(a, payload); !done) return done;
  if (auto done = a.guest.memory.map_read_only(); !done) return done;
  std::ranges::copy(a.configuration, a.guest.memory.read_only().configuration);
  phase_ends("memory");
  a.devices.offer(a.guest.memory.shared());
  if (auto done = a.guest.machine->start(a.guest.memory); !done) return done;
  phase_ends("machine with memory");
  if (auto done = a.devices.wait_for_network(); !done) return done;
  if (auto done = a.control.open(a.options.control); !done) return done;
  // Last of all, as this empties older files.
  if (auto done = a.copies.open(a.guest.image, a.options.snapshot, a.control.file()); !done) return done;
  if (auto done = a.watch.begin({a.guest, a.devices, a.counts}); !done) return done;
  return a.copies.size(a.guest.memory.copy_length());
}

}  // namespace wick::monitor
