// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What runs here: one process on one machine.

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abi/types.h"
#include "boot/config.h"

using namespace wick;

extern "C" {

pid_t getpid(void) { return 1; }
pid_t getppid(void) { return 0; }

int getpagesize(void) { return static_cast<int>(kPage); }

int gethostname(char* to, size_t bytes) {
  std::string_view name = config::get("net.hostname");
  if (name.empty()) name = config::get("name");
  if (bytes <= name.size()) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(to, name.data(), name.size());
  to[name.size()] = '\0';
  return 0;
}

}  // extern "C"
