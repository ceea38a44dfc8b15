// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk that must work before a checkpoint and after each return to it.

#include <unistd.h>

#include <cstring>

#include "check.h"

inline void use_disk(int file, char mark) {
  alignas(512) static char sector[512];
  std::memset(sector, mark, sizeof sector);
  CHECK(pwrite(file, sector, sizeof sector, 512) == sizeof sector);
  std::memset(sector, 0, sizeof sector);
  CHECK(pread(file, sector, sizeof sector, 512) == sizeof sector);
  CHECK(sector[0] == mark && sector[511] == mark);
}
