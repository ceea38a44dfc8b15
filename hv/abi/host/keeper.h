// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an appliance's network and its keeper say to each other: the keeper starts the appliance when a client comes and
// lets it sleep when none is there (`wick serve`). One word a message of a SOCK_SEQPACKET. For programs of the host.

namespace wick {

enum class KeeperWord : char {
  // Of the network's process.
  awake = 'a',  ///< the guest has taken a client
  quiet = 'q',  ///< for a little while there has been no client
  busy = 'b',   ///< now there is one; or: `rest` can't be, for there is one
  rests = 'r',  ///< there is none, and none will be taken before `go_on`: who comes waits in the kernel

  // Of the keeper.
  rest = 'R',
  go_on = 'G',
};
static_assert(sizeof(KeeperWord) == 1);

}  // namespace wick
