// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "parts.h"

int main(void) {
  cancellation();
  locks();
  protocols();
  lives();
  c11();
  lock_trace();
  return success();
}
