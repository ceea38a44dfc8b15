// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machines that QEMU can be for an image. Each architecture has a folder with a table of its own.

#include <span>
#include <string>
#include <string_view>

namespace wick::tool {

struct Hardware {
  const char* name;     ///< as --machine takes it
  const char* machine;  ///< behind -M
  bool has_pci;         ///< its virtio devices are on PCI, and not on MMIO
  bool boots_discs;     ///< ISO images
};

/// What ends QEMU with a code when the guest writes to it, in every machine: the device, and the word that tells hv.
struct ExitDevice {
  std::string_view device, word;
};
ExitDevice exit_device();

/// The first is the usual one.
std::span<const Hardware> hardware();

/// nullptr: there is none with this name.
const Hardware* find_hardware(const std::string& name);
/// "microvm (default) or q35"
std::string hardware_help();

}  // namespace wick::tool
