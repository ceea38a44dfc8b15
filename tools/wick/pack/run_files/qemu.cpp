// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// QEMU as `wick run` starts it, in a script that needs no Wick: KVM where /dev/kvm can be used, and QEMU's own network.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "pack/run_files.h"
#include "run/machine.h"

namespace wick::tool {
namespace {

std::string words(const RunFacts& facts, bool kvm) {
  Machine machine;
  machine.kvm = kvm;
  machine.memory = facts.image.memory;
  machine.image = facts.path;
  machine.command_line = exit_device().word;
  machine.disks = facts.disks;
  Arguments line = qemu_arguments(machine, facts.image);
  std::ranges::transform(line, line.begin(), [](const std::string& word) { return shell_word(word); });
  return join(line, " ");
}

}  // namespace

std::string qemu_script(const RunFacts& facts) {
  return fmt::format(
      "#!/bin/sh\n# Starts {} under QEMU; what is given are more arguments of QEMU's.\n"
      "if [ -w /dev/kvm ]; then\n  exec {} \"$@\"\nfi\nexec {} \"$@\"\n",
      facts.image.name, words(facts, true), words(facts, false));
}

}  // namespace wick::tool
