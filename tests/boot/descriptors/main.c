// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "parts.h"

int main(void) {
  epoll();
  events();
  unix_sockets();
  options();
  locks();
  interfaces();
  signal_files();
  return success();
}
