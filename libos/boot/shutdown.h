// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is asked before the machine's orderly end becomes the program's.

namespace wick::boot {

/// Set by the part of signals when it is linked: @return whether the program ends in its own way. May not wait.
extern bool (*at_shutdown)();

}  // namespace wick::boot
