// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network for the guest that needs no privilege of the host: processes of their own turn frames into ordinary sockets
// (network/process.h). Their own because they read whatever the guest and the world send: they are jailed, hold nothing
// of the monitor's, and what goes wrong in them ends connections only. Forks; to be called before the guest's memory is
// mapped, by the thread that lives as long as the monitor.

#include <expected>
#include <string>
#include <vector>

#include "monitor/base/sentence.h"
#include "monitor/network/frame_ring.h"

namespace wick::monitor {

struct UserNetwork {
  int frames = -1;  ///< non-blocking SOCK_SEQPACKET: one Ethernet frame a message, both ways. At its end: no network
  FrameRings* rings = nullptr;  ///< with --rings: what has the frames; then the socket has words
  int process =
      -1;  ///< pid of the process behind it, a child to be waited for by who wants to know its end; -1: no child
};

/// Starts the processes, which end when `frames` is closed or the calling thread ends. The guest gets 10.0.2.15 by
/// DHCP, gateway 10.0.2.2, name server 10.0.2.3; by IPv6 fec0::/64, fec0::2 and fec0::3. With --rings frames have up
/// to 64 KiB and a virtio-net header before them, whose offloads both sides may use; without, 1514 bytes and whole
/// sums.
/// @param words settings as read_settings() takes them  @param program what becomes the process, executed with them and
/// no environment; nullptr: a copy of this one
/// @return what is wrong in one sentence; then nothing is left behind
std::expected<UserNetwork, std::string> start_user_network(std::vector<std::string> words, const char* program);

/// The same in two steps, for who has something else to do meanwhile: whether they have started is told by the second.
/// @param starter of starter.h: it forks them, instead of a program that is executed; -1: none
std::expected<UserNetwork, std::string> begin_user_network(std::vector<std::string> words, const char* program,
                                                           int starter = -1);
Outcome finish_user_network(UserNetwork& network);

}  // namespace wick::monitor
