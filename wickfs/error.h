// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What may be wrong, as one value for the whole core. Who calls it knows errno or sentences; the core knows neither
// picolibc's numbers nor Linux'.

#include <cstdint>

namespace wick::wickfs {

enum class [[nodiscard]] Error : std::uint8_t {
  none,
  // Of a disk as a whole.
  empty,      ///< all of its first block is zero: it was never formatted
  foreign,    ///< holds something else
  newer,      ///< a format, or a feature of it, that this code doesn't know
  too_small,  ///< the disk, for a volume or for the volume on it
  too_large,  ///< the disk, for a volume's table of groups
  // Of one operation.
  input_output,  ///< the disk failed
  corrupt,       ///< a checksum or a structure is wrong: Volume::damage() says where
  read_only,
  no_space,
  not_found,
  exists,
  not_directory,
  is_directory,
  not_empty,
  name_too_long,
  invalid,
  file_too_large,
};

constexpr bool ok(Error error) { return error == Error::none; }

/// The clause that a sentence ends with: "it is full".
const char* text_of(Error error);

/// Where a damage was found.
struct Damage {
  std::uint64_t block = 0;     ///< of the disk; 0: not known
  std::uint64_t inode = 0;     ///< whose block it is; 0: the volume's own
  const char* what = nullptr;  ///< null: there is none
};

}  // namespace wick::wickfs
