// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// ELF notes of an image, owner "Wick". hv, the builder and `wick inspect` read the same ones.

#include "abi/types.h"

namespace wick {

inline constexpr char kNoteOwner[] = "Wick";

enum class NoteType : std::uint32_t {
  abi = 1,       ///< AbiNote
  manifest = 2,  ///< text, `key=value` lines: name, version, wall, profile, memory, stack, drivers, features
};

struct AbiNote {
  std::uint16_t major, minor;
  std::uint32_t reserved;
  std::uint64_t calls;  ///< bitmap of Call: what this image may use
};
static_assert(sizeof(AbiNote) == 16);

}  // namespace wick
