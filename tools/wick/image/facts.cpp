// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "image/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "abi/appliance.h"
#include "abi/bootinfo.h"
#include "abi/note.h"
#include "abi/threads.h"
#include "base/text.h"

namespace wick::tool {
namespace {

constexpr std::uint32_t kXenPhys32Entry = 18;  // Xen public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY
constexpr std::uint32_t kMultiboot2Magic = 0xe85250d6;
constexpr std::size_t kMultiboot2Search = 32768;  // Multiboot2 §3.1: within the first 32768 bytes, 64-bit aligned

bool has_multiboot2(std::string_view bytes) {
  for (std::size_t at = 0; at + 4 <= std::min(bytes.size(), kMultiboot2Search); at += 8) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word == kMultiboot2Magic) return true;
  }
  return false;
}

/// Whether the file's entry is the one that PVH uses: 32-bit code, that is. Another one is for 64-bit loaders.
bool entry_is(const Elf& elf, std::string_view note) {
  std::uint32_t entry = 0;
  std::memcpy(&entry, note.data(), std::min(note.size(), sizeof entry));
  return entry == elf.header().e_entry;
}

/// The note's own reader, which the monitor has as well, passes over what only `wick pack` asks for.
std::uint64_t release_of(std::string_view note) {
  std::uint64_t release = 0;
  if (const std::size_t at = note.find(kReleaseLine); at != note.npos)
    std::from_chars(note.data() + at + kReleaseLine.size(), note.data() + note.size(), release);
  return release;
}

}  // namespace

bool ImageFacts::has_slots() const { return std::ranges::find(features, "slots") != features.end(); }

std::uint64_t ImageFacts::monitor_share() const {
  if (!runs_on_linux(wall)) return 0;
  return kMonitorPages * kPage + (wall == Wall::process ? 0 : monitor_tables_length(memory));
}

std::uint64_t ImageFacts::needed() const { return whole_pages(image_end) + monitor_share() + heap + whole_pages(dma); }

Result<ImageFacts> image_facts(const Elf& elf, const fs::path& path) {
  auto abi = elf.note(kNoteOwner, static_cast<std::uint32_t>(NoteType::abi));
  auto manifest = elf.note(kNoteOwner, static_cast<std::uint32_t>(NoteType::manifest));
  if (!abi || abi->size() < sizeof(AbiNote) || !manifest) {
    return fail(fmt::format("{} is not a Wick image: it carries no Wick notes.", path.string()),
                "`wick build DIR` makes one.");
  }
  AbiNote note;
  std::memcpy(&note, abi->data(), sizeof note);
  if (note.major != kAbiMajor) {
    return fail(fmt::format("{} speaks version {}.{} of the contract, this wick speaks {}.{}.", path.string(),
                            note.major, note.minor, kAbiMajor, kAbiMinor),
                "build the image again with this wick.");
  }
  auto said = read_manifest_note(*manifest);
  if (!said) return fail(fmt::format("{}: {}.", path.string(), said.error()), "build the image again with this wick.");
  ImageFacts facts;
  static_cast<ManifestNote&>(facts) = std::move(*said);
  facts.abi_major = note.major;
  facts.abi_minor = note.minor;
  facts.calls = note.calls;
  facts.slots_release = release_of(*manifest);
  facts.answers = elf.note(kNoteOwner, kThreadsNote).has_value();
  const auto pvh_entry = elf.note("Xen", kXenPhys32Entry);
  if (pvh_entry) facts.platforms.push_back("pvh");
  if (has_multiboot2(elf.bytes())) facts.platforms.push_back("multiboot2");
  if (pvh_entry && !entry_is(elf, *pvh_entry)) facts.platforms.push_back("linux64");
  if (runs_on_linux(facts.wall)) facts.platforms.push_back("linux");
  facts.build_id = elf.build_id();
  facts.image_start = ~0ull;
  for (const Elf64_Phdr& segment : elf.segments()) {
    if (segment.p_type != PT_LOAD || segment.p_memsz == 0) continue;
    facts.image_start = std::min(facts.image_start, segment.p_paddr);
    facts.image_end = std::max(facts.image_end, segment.p_paddr + segment.p_memsz);
  }
  return facts;
}

}  // namespace wick::tool
