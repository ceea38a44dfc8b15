// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A service of systemd's (systemd.service(5)) for an appliance that runs itself. Asked to stop, it ends its guest in
// order.

#include <fmt/format.h>

#include "pack/run_files.h"
#include "run/forward.h"
#include "run/machine.h"

namespace wick::tool {
namespace {

/// A word of a command line there: percent signs and dollars are doubled.
std::string word(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '$') out += c;
    out += c;
  }
  return in_quotes(out);
}

}  // namespace

std::string systemd_unit(const RunFacts& facts) {
  std::string command = word(facts.path) + " --memory " + memory_text(facts.image.memory);
  for (const Forward& forward : default_forwards(facts.image.ports)) command += " --publish " + forward_text(forward);
  for (const Disk& disk : facts.disks)
    command += " --disk " + word(disk.serial.empty() ? disk.file : disk.serial + "=" + disk.file);
  return fmt::format(
      "[Unit]\nDescription={}, a Wick appliance\nWants=network-online.target\nAfter=network-online.target\n\n"
      "[Service]\nExecStart={}\nRestart=on-failure\n\n"
      "[Install]\nWantedBy=multi-user.target\n",
      facts.image.name, command);
}

}  // namespace wick::tool
