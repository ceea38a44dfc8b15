// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "parts.h"

int main() {
  files();
  threads();
  language();
  numbers();
  zones();
  return success();
}
