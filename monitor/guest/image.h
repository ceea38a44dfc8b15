// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest as its file describes it: segments, notes, manifest. Everything is checked here, before anything is mapped:
// afterwards nobody looks at the file's headers again. Pure: bytes in, facts or one sentence out; unit tests and a
// fuzzer run it.

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "abi/host/manifest_note.h"
#include "abi/threads.h"
#include "base/memory.h"
#include "guest/notes.h"

namespace wick::monitor {

struct GuestSegment {
  Gpa start;                  ///< multiple of 4096
  std::uint64_t length;       ///< bytes in memory
  std::uint64_t file_offset;  ///< in the guest's ELF file, multiple of 4096
  std::uint64_t file_length;  ///< bytes of the file; the rest of `length` is zeroes
  hv::Rights rights;
};

struct GuestImage : ManifestNote {
  std::vector<GuestSegment> segments;  ///< sorted by address, nothing overlaps
  Gpa start{}, end{};                  ///< of all of them, `end` rounded up to a multiple of 4096
  hv::Notes notes;
  ThreadsNote threads{};  ///< zeroes: the guest doesn't tell of them
  std::uint8_t build_id[20] = {};
};

/// @param elf the whole file  @return what is wrong with it in one sentence without a full stop
std::expected<GuestImage, std::string> read_guest_image(std::span<const std::uint8_t> elf);

}  // namespace wick::monitor
