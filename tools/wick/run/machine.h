// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The virtual machine for an image as QEMU's command line. Pure: what comes out depends on the arguments only.

#include <string>
#include <vector>

#include "base/process.h"
#include "image/facts.h"
#include "run/device_model.h"
#include "run/disks.h"
#include "run/forward.h"
#include "run/hardware.h"
#include "run/shares.h"
#include "run/uefi.h"

namespace wick::tool {

struct Machine {
  const Hardware* kind = &hardware().front();
  bool kvm = false;
  std::uint64_t memory = 0;
  std::string image;  ///< loaded by -kernel
  std::string iso;    ///< booted instead, unless empty
  Firmware firmware;
  std::string configuration;  ///< file of the configuration block, unless empty
  std::string block;          ///< text that stands in such a file instead, unless empty
  std::string command_line;
  std::vector<Forward> forwards;
  std::string tap;  ///< interface instead of the user-mode network, unless empty
  /// What serves the user-mode network: it is started first and becomes QEMU. Empty: the guest is alone on its network.
  std::string network_program;
  std::string host_loopback;     ///< ports of this machine's loopback that the guest may reach; may be empty
  std::string outgoing = "any";  ///< where else it may go
  bool sandbox = false;          ///< QEMU has one: its own filter of system calls
  std::vector<Disk> disks;
  std::vector<SharedFolder> shares;
  std::vector<const DeviceModel*> models;  ///< in the place of virtio devices
  std::string gdb_port;                    ///< wait for a debugger there, unless empty
  std::vector<std::string> extra;
};

/// "64M", or "1100K" where it is no whole number of MiB.
std::string memory_text(std::uint64_t bytes);

Arguments qemu_arguments(const Machine& machine, const ImageFacts& facts);

}  // namespace wick::tool
