// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/nmi.h"

#include "abi/console.h"
#include "platform/print.h"

namespace wick::hv {

void tell_nmi() {
  static bool told = false;
  if (told) return;
  told = true;
  Line(print).text(console_line::kNmi).text("has come: broken hardware, or somebody's button. More are not told").end();
}

}  // namespace wick::hv
