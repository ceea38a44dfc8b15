// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk itself, with a hole in the file wherever it is zero.

#include "pack/formats/formats.h"

namespace wick::tool {

Result<void> write_raw(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());
  if (auto done = copy_used(disk, *file); !done) return done;
  return file->finish();
}

}  // namespace wick::tool
