// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The check of an image's notes (abi/note.h) before anything of it runs: hv, the hosted monitor, unit tests and fuzzers
// use this one. Pure: bytes in, facts or one sentence out.

#include <cstdint>
#include <cstring>
#include <span>

#include "abi/bootinfo.h"
#include "abi/call.h"
#include "abi/note.h"

namespace wick::hv {

struct Notes {
  AbiNote abi{};
  RestartNote restart{};
  EntryNote entry{};
  LayoutNote layout{};
  SliceNote slice{};
  Gpa fault{};
};

/// Reads the notes of owner "Wick" in `bytes`, which may hold others. Unknown types are skipped: a newer minor version.
/// @return nullptr, or what is wrong with this image
[[nodiscard]] inline const char* read_notes(std::span<const std::uint8_t> bytes, Notes& found) {
  bool has_abi = false, has_entry = false;
  const char* wrong = walk_notes(bytes, [&](std::string_view owner, std::uint32_t type, auto content) -> const char* {
    const auto take = [&](auto& to) {
      if (content.size() < sizeof to) return false;
      std::memcpy(&to, content.data(), sizeof to);
      return true;
    };
    if (owner != std::string_view(kNoteOwner, sizeof kNoteOwner)) return nullptr;
    switch (static_cast<NoteType>(type)) {
      case NoteType::abi:
        has_abi = true;
        return take(found.abi) ? nullptr : "the image's ABI note is too short";
      case NoteType::restart:
        if (!take(found.restart)) return "the image's restart note is too short";
        if (found.restart.policy > RestartPolicy::restore) return "the image's restart policy is unknown";
        if (found.restart.checkpoint > CheckpointPolicy::last) return "the image's policy for checkpoints is unknown";
        return nullptr;
      case NoteType::entry:
        has_entry = true;
        return take(found.entry) ? nullptr : "the image's entry note is too short";
      case NoteType::layout:
        return take(found.layout) ? nullptr : "the image's layout note is too short";
      case NoteType::slice:
        if (!take(found.slice)) return "the image's note of time slices is too short";
        if (raw(found.slice.slice) && found.slice.slice < kMinSlice) return "the image's time slices are too short";
        return nullptr;
      case NoteType::fault:
        return take(found.fault) ? nullptr : "the image's note of faults is too short";
      case NoteType::manifest:
        break;
    }
    return nullptr;
  });
  if (wrong) return wrong;
  if (!has_abi) return "the image has no ABI note";
  if (found.abi.major != kAbiMajor) return "the image speaks another major version of the contract";
  if (!has_entry || !raw(found.entry.start) || !raw(found.entry.trap)) return "the image has no entry note";
  if (!raw(found.entry.fault)) found.entry.fault = found.fault;
  return nullptr;
}

}  // namespace wick::hv
