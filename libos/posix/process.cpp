// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What runs here: one process on one machine.

#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abi/types.h"
#include "boot/boot_info.h"
#include "boot/config.h"
#include "fs/descriptors.h"
#include "memory/heap.h"

using namespace wick;

namespace {

long processors() { return boot::facts().platform.vcpus; }

}  // namespace

extern "C" {

pid_t getpid(void) { return 1; }
pid_t getppid(void) { return 0; }

int getpagesize(void) { return static_cast<int>(kPage); }

long sysconf(int name) {
  switch (name) {
    case _SC_PAGESIZE:
      return static_cast<long>(kPage);
    case _SC_OPEN_MAX:
      return fs::kMaxDescriptors;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
      return processors();
    case _SC_PHYS_PAGES:
      return static_cast<long>(memory::the_heap.size() / kPage);
    case _SC_AVPHYS_PAGES:
      return static_cast<long>((memory::the_heap.size() - memory::the_heap.grown()) / kPage);
    case _SC_CLK_TCK:
      return CLOCKS_PER_SEC;
    default:
      errno = EINVAL;
      return -1;
  }
}

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
