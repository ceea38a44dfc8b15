// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Terminals: the console is one, whose lines the host edits and echoes. Its settings can be asked for; those that are
// what they are can be "set", others can't.

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "posix/result.h"

namespace {

termios settings() {
  termios now{};
  now.c_iflag = ICRNL;
  now.c_oflag = OPOST | ONLCR;
  now.c_cflag = CS8 | CREAD | CLOCAL | B115200;
  now.c_lflag = ICANON | ECHO | ECHOE;
  now.c_cc[VEOF] = 4;
  now.c_cc[VERASE] = 127;
  now.c_cc[VMIN] = 1;
  return now;
}

}  // namespace

extern "C" {

int tcgetattr(int descriptor, struct termios* to) {
  if (!isatty(descriptor)) return -1;
  *to = settings();
  return 0;
}

int tcsetattr(int descriptor, int, const struct termios* wanted) {
  if (!isatty(descriptor)) return -1;
  const termios now = settings();
  if (std::memcmp(wanted, &now, sizeof now) == 0) return 0;
  return wick::posix::int_result(-EINVAL);
}

/// What is written to the console has left the guest when write() returns.
int tcdrain(int descriptor) { return isatty(descriptor) ? 0 : -1; }

}  // extern "C"
