// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sockets at which `wick serve` waits: its own, or those that systemd has opened (sd_listen_fds(3)).

#include <vector>

#include "abi/host/forward.h"
#include "base/result.h"

namespace wick::tool {

struct Activated {
  int file;
  Forward forward;  ///< address and port of this host; the guest's is nobody's yet
};

/// Those of LISTEN_FDS where LISTEN_PID is this process, moved out of the low numbers; the variables are removed.
Result<std::vector<Activated>> take_activated();

/// A listening socket. Takes it from `activated` where it is there, and else opens it.
Result<int> listen_at(const Forward& forward, std::vector<Activated>& activated);

}  // namespace wick::tool
