// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The network's processes: one that holds the ports and sees to it that there always is a second one, which serves them
// and the guest. Only the second ever sees a byte of the guest's or a client's; it sits in the jail (jail.h). When it
// ends, connections are lost, the rest goes on.

#include <span>

#include "monitor/network/frame_ring.h"
#include "monitor/network/settings.h"

namespace wick::monitor {

/// What the process says on the frames' socket when it is ready, before any frame; instead of it: what is wrong.
inline constexpr char kReady[] = "+";
/// Where it finds their memory when it is started with --rings.
inline constexpr int kRingsFile = 3;

/// The whole life of the process that holds the ports. @param frames message socket  @param rings nullptr: it has the
/// frames themselves  @return its exit code
int serve_network(int frames, FrameRings* rings, const NetworkSettings& settings);

/// For a program that was started with kNetworkProcess and `words`.
int network_process(std::span<char* const> words);

}  // namespace wick::monitor
