// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The public view of the embedded files, for applications that serve them from where they lie.

#include <sys/stat.h>
#include <wick/rom.h>

#include "fs/rom.h"

namespace wick::rom {

std::size_t count() { return fs::rom().entries().size(); }

File file(std::size_t number) {
  const fs::RomEntry& entry = fs::rom().entries()[number];
  return {entry.path, {static_cast<const char*>(entry.data), entry.size}, entry.crc, S_ISDIR(entry.mode)};
}

}  // namespace wick::rom
