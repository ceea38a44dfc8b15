// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What system this is.

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern "C" int uname(struct utsname* to) {
  *to = {};
  std::strcpy(to->sysname, "Wick");
  std::strcpy(to->release, WICK_VERSION);
  std::strcpy(to->version, "Wick " WICK_VERSION);
  std::strcpy(to->machine, WICK_MACHINE);
  return gethostname(to->nodename, sizeof to->nodename);
}
