// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a component has to finish when the program ends by itself: by main()'s return, exit() or _exit(), not by a
// crash. Runs on the thread that ends the program, behind which no other thread runs any more.

namespace wick::boot {

/// Lives as long as the machine.
struct End {
  void (*finish)();
  End* next = nullptr;
};

/// Who comes last is asked first: connections go before the files that they may have written.
void at_end(End& end);

}  // namespace wick::boot
