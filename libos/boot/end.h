// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a component has to finish when the program ends by itself: by main()'s return, exit() or _exit(), not by a
// crash. Runs on the thread that ends the program, behind which no other thread runs any more.

namespace wick::boot {

/// Set by the network when it is linked.
extern void (*at_end)();

}  // namespace wick::boot
