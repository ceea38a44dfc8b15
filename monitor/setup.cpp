// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// From the options to a guest that can run. Whatever can fail does so before the guest's first instruction.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "abi/settings.h"
#include "monitor/appliance.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {
namespace {

/// The file is text, for libos.
Outcome read_configuration(const char* name, std::string& to) {
  if (!*name) return {};
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return sentence("the configuration block %s can't be opened: %s", name, std::strerror(errno));
  char text[kMaxConfigurationBytes + 1];
  const auto got = read(file, text, sizeof text);
  close(file);
  if (got < 0 || got == static_cast<ssize_t>(sizeof text))
    return sentence("the configuration block %s can't be read or is over %zu bytes", name, kMaxConfigurationBytes);
  to.assign(text, static_cast<std::size_t>(got));
  return {};
}

std::string_view key_of(std::string_view line) { return line.substr(0, line.find('=')); }

/// The file's lines but for those whose key an option gives, and then the options'.
Outcome make_configuration(Appliance& a) {
  std::string file;
  if (auto done = read_configuration(a.options.configuration.c_str(), file); !done) return done;
  const auto given = [&](std::string_view key) {
    return std::ranges::any_of(a.options.settings, [&](const auto& line) { return key_of(line) == key; });
  };
  std::size_t lines = 0;
  const auto add = [&](std::string_view line) {
    a.configuration.append(line).append("\n");
    lines += line.contains('=');
  };
  for (std::size_t at = 0; at < file.size();) {
    const auto end = std::min(file.find('\n', at), file.size());
    const std::string_view line = std::string_view(file).substr(at, end - at);
    at = end + 1;
    if (!given(key_of(line))) add(line);
  }
  for (const auto& line : a.options.settings) add(line);
  if (a.configuration.size() > kMaxConfigurationBytes)
    return sentence("arguments, variables and the configuration block have %zu bytes, and more than %zu don't fit",
                    a.configuration.size(), kMaxConfigurationBytes);
  if (lines > kMaxGivenSettings)
    return sentence("arguments, variables and the configuration block are %zu settings, and more than %u don't fit",
                    lines, kMaxGivenSettings);
  return {};
}

bool may_checkpoint(const Appliance& a) { return a.image.notes.abi.calls & call_bit(Call::checkpoint); }

Outcome check_snapshot(const Appliance& a) {
  if (a.options.snapshot.empty() || may_checkpoint(a)) return {};
  return sentence("%s never calls checkpoint(), which takes the snapshot: its wick.toml doesn't allow the call",
                  a.image.name.c_str());
}

/// Files that are wanted later, when none can be opened any more. Last of all, as this empties older ones.
Outcome open_files(Appliance& a) {
  if (!a.options.snapshot.empty()) {
    if (auto done = a.snapshot_file.open(a.options.snapshot); !done) return done;
    a.snapshot = {a.snapshot_file.file(), snapshot_header_bytes(), {}};
  }
  if (auto done = a.watch.begin({a, a.devices, a.counts}); !done) return done;
  const auto& restart = a.image.notes.restart;
  const bool restores = may_checkpoint(a) && restart.policy == RestartPolicy::restore;
  const unsigned kept = !restores ? 0 : restart.checkpoint == CheckpointPolicy::last ? 2 : 1;
  for (unsigned i = 0; i < kept; ++i)
    if ((a.checkpoints[i].file = memfd_create("wick-checkpoint", MFD_CLOEXEC)) < 0)
      return sentence("there is no memory for a checkpoint: %s", std::strerror(errno));
  return a.copies_memory() ? open_page_map(a.page_map) : Outcome{};
}

/// As long as they will be: nothing but writing is left for later.
Outcome size_copies(Appliance& a) {
  for (auto* copy : {&a.snapshot, &a.checkpoints[0], &a.checkpoints[1]}) {
    if (copy->file < 0) continue;
    copy->pages.make(a.memory.copy_length() / kPage);
    if (ftruncate(copy->file, static_cast<off_t>(copy->offset + a.memory.copy_length())) != 0)
      return sentence("the copy of memory can't be made: %s", std::strerror(errno));
  }
  return {};
}

Outcome map_memory(Appliance& a) {
  const auto size = a.options.memory ? a.options.memory : a.image.memory;
  if (auto done = a.memory.map(a.payload, a.image, a.machine->needs(size)); !done) return done;
  std::uint8_t trap[kTrapBytes] = {};
  a.machine->place_trap(a.memory, trap);
  a.memory.write_code(a.image.notes.entry.trap, trap);
  std::ranges::copy(a.configuration, a.memory.given().configuration);
  return {};
}

}  // namespace

Outcome set_up(Appliance& a) {
  const auto wall = a.options.wall.value_or(a.image.wall);
  a.machine = wall == Wall::process ? &process_machine : &kvm_machine;
  if (auto done = make_configuration(a); !done) return done;
  // Behind the user's words, of which the first one counts. `wick run` knows the terminal that it stands before.
  const int terminals = (isatty(STDIN_FILENO) ? 1 : 0) | (isatty(STDOUT_FILENO) ? 2 : 0);
  a.options.command_line += " console.tty=" + std::to_string(terminals);
  if (auto done = check_snapshot(a); !done) return done;
  for (auto* observer : observers())
    if (auto done = observer->prepare(); !done) return done;
  if (auto done = a.machine->open(); !done) return done;
  if (auto done = a.devices.open(a.options, a.image); !done) return done;
  if (auto done = map_memory(a); !done) return done;
  a.devices.offer(a.memory.shared());
  if (auto done = a.machine->start(a.memory); !done) return done;
  if (auto done = open_files(a); !done) return done;
  return size_copies(a);
}

}  // namespace wick::monitor
