// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the stack does first when memory is that of a checkpoint again, after a crash or as a copy that was started from
// a snapshot. The connections in it are another life's, whose peers have gone on or speak with somebody else; the
// network card may be another one, and the wire doesn't know yet that we are here.

#include "net/stack.h"

namespace wick::net {

/// Connections are reset, but for those between ourselves; interfaces take the address of their device as it is now and
/// announce themselves.
void begin_again(Stack& stack);

}  // namespace wick::net
