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
};

namespace notes {

/// ELF note header (System V gABI, "Note Section"); name and content follow, each padded to 4 bytes.
struct Header {
  std::uint32_t name_length, length, type;
};
static_assert(sizeof(Header) == 12);

template <typename Note>
bool take(std::span<const std::uint8_t> content, Note& to) {
  if (content.size() < sizeof to) return false;
  std::memcpy(&to, content.data(), sizeof to);
  return true;
}

constexpr std::uint64_t padded(std::uint64_t length) { return (length + 3) & ~3ull; }

}  // namespace notes

/// Reads the notes of owner "Wick" in `bytes`, which may hold others. Unknown types are skipped: a newer minor version.
/// @return nullptr, or what is wrong with this image
inline const char* read_notes(std::span<const std::uint8_t> bytes, Notes& found) {
  bool has_abi = false, has_entry = false;
  for (std::uint64_t at = 0; at + sizeof(notes::Header) <= bytes.size();) {
    notes::Header header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    const std::uint64_t name = at + sizeof header;
    const std::uint64_t content = name + notes::padded(header.name_length);
    if (content > bytes.size() || header.length > bytes.size() - content) return "a note of the image is cut short";
    at = content + notes::padded(header.length);
    if (header.name_length != sizeof kNoteOwner || std::memcmp(bytes.data() + name, kNoteOwner, sizeof kNoteOwner))
      continue;
    const auto part = bytes.subspan(content, header.length);
    switch (static_cast<NoteType>(header.type)) {
      case NoteType::abi:
        if (!notes::take(part, found.abi)) return "the image's ABI note is too short";
        has_abi = true;
        break;
      case NoteType::restart:
        if (!notes::take(part, found.restart)) return "the image's restart note is too short";
        if (found.restart.policy > RestartPolicy::restore) return "the image's restart policy is unknown";
        if (found.restart.checkpoint > CheckpointPolicy::last) return "the image's policy for checkpoints is unknown";
        break;
      case NoteType::entry:
        if (!notes::take(part, found.entry)) return "the image's entry note is too short";
        has_entry = true;
        break;
      case NoteType::layout:
        if (!notes::take(part, found.layout)) return "the image's layout note is too short";
        break;
      case NoteType::manifest:
        break;
    }
  }
  if (!has_abi) return "the image has no ABI note";
  if (found.abi.major != kAbiMajor) return "the image speaks another major version of the contract";
  if (!has_entry || !raw(found.entry.start) || !raw(found.entry.trap)) return "the image has no entry note";
  return nullptr;
}

}  // namespace wick::hv
