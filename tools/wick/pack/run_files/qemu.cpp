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

/// Of its ports, to the same ones of the loopback as `wick run` takes.
std::string forwards(const ImageFacts& image) {
  std::string text;
  for (const Forward& forward : default_forwards(image.ports))
    text +=
        fmt::format(",hostfwd={}:127.0.0.1:{}-:{}", forward.udp ? "udp" : "tcp", forward.host_port, forward.guest_port);
  return text;
}

std::string words(const RunFacts& facts, bool kvm) {
  Machine machine;
  machine.kvm = kvm;
  machine.memory = facts.image.memory;
  machine.image = facts.path;
  machine.command_line = exit_device().word;
  machine.disks = facts.disks;
  ImageFacts image = facts.image;
  if (image.has(DeviceKind::network)) {
    // Wick's own network is a program that needs not be there.
    std::erase(image.devices, class_name(DeviceKind::network));
    machine.extra = {"-netdev", "user,id=n0" + forwards(facts.image), "-device", "virtio-net-device,netdev=n0"};
  }
  Arguments line = qemu_arguments(machine, image);
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
