// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user wants of an appliance's devices.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "monitor/keys/key_option.h"

namespace wick::monitor {

using Mac = std::array<std::uint8_t, 6>;

/// Whether one machine may have it.
constexpr bool is_a_machines(const Mac& mac) { return (mac[0] & 1) == 0 && mac != Mac{}; }

struct DiskOption {
  std::string serial, file;  ///< without a serial: the manifest's volumes in order
};

struct DeviceOptions {
  std::vector<std::string> publish;  ///< "8080:80", "/dev/fd/5:80"; parsed by parse_port()
  std::string keeper;                ///< "/dev/fd/6": parsed by parse_keeper()
  std::string host_loopback;         ///< ports of the host's loopback that the guest may reach; parsed by parse_ports()
  std::string tap;
  std::optional<Mac> mac;  ///< of the guest; otherwise chosen, or its snapshot's
  std::vector<DiskOption> disks;
  std::string vsock;  ///< the Unix socket by which clients reach the guest's ports
  std::vector<KeyOption> keys;
};

}  // namespace wick::monitor
