// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network for the guest that needs no privilege of the host: a process of its own turns frames into ordinary sockets,
// as libslirp does it. Its own process because it reads whatever the guest sends: it is jailed, holds nothing of the
// monitor's, and what goes wrong in it ends the guest's network only. Forks; to be called before the guest's memory is
// mapped, by the thread that lives as long as the monitor.

#include <expected>
#include <span>
#include <string>

#include "wall/hosted/forward.h"

namespace wick::hosted {

struct UserNetwork {
  int frames = -1;   ///< non-blocking SOCK_SEQPACKET: one Ethernet frame a message, both ways. At its end: no network
  int process = -1;  ///< pid of the process behind it, a child to be waited for by who wants to know its end
};

/// Starts the process, which ends when `frames` is closed or the calling thread ends. The guest gets 10.0.2.15 by DHCP,
/// gateway and host 10.0.2.2, name server 10.0.2.3; by IPv6 fec0::/64, fec0::2 and fec0::3. IPv4 frames from the guest
/// may have up to 64 KiB if their checksums are whole, so the device may offer to take segmentation over (six times the
/// throughput); IPv6 frames and those to the guest have 1514 bytes at most.
/// @return what is wrong in one sentence; then nothing is left behind
std::expected<UserNetwork, std::string> start_user_network(std::span<const Forward> forwards);

}  // namespace wick::hosted
