// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// ELF-64 (System V gABI, "Object Files" and "Program Loading"), and of it only what our linker script makes: a static
// program for this processor at a fixed address whose segments are whole pages of the file. All else is refused.
#include "monitor/guest/image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "monitor/network/destinations.h"
#include "processor.h"

namespace wick::monitor {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Fault = const char*;  ///< nullptr: all is well

constexpr std::uint64_t kLowest = 1 << 20, kHighest = 1 << 30;  ///< hv/arch/x86_64/image.ld.in
constexpr unsigned kMaxHeaders = 32;
constexpr std::uint64_t kMaxNotes = 128 << 10;

template <typename T>
bool take(Bytes bytes, std::uint64_t offset, T& to) {
  if (offset > bytes.size() || sizeof to > bytes.size() - offset) return false;
  std::memcpy(&to, bytes.data() + offset, sizeof to);
  return true;
}

/// Offset and length of something in the file. @return whether it lies within
bool within(Bytes elf, std::uint64_t offset, std::uint64_t length) {
  return offset <= elf.size() && length <= elf.size() - offset;
}

Fault check_header(Bytes elf, Elf64_Ehdr& header) {
  if (!take(elf, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "the image is not an ELF file";
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != kElfMachine)
    return kWrongMachine;
  if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT ||
      header.e_ehsize != sizeof(Elf64_Ehdr) || header.e_phentsize != sizeof(Elf64_Phdr))
    return "the image is of another version of ELF";
  if (header.e_type != ET_EXEC) return "the image is not a program at a fixed address";
  if (header.e_phnum == 0 || header.e_phnum > kMaxHeaders) return "the image has no or too many program headers";
  if (header.e_phoff % alignof(Elf64_Phdr) != 0 || !within(elf, header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr)))
    return "the image's program headers lie outside of it";
  return nullptr;
}

Fault add_segment(Bytes elf, const Elf64_Phdr& entry, GuestImage& image) {
  if (entry.p_memsz == 0) return nullptr;
  const bool writable = entry.p_flags & PF_W, executable = entry.p_flags & PF_X;
  if (writable && executable) return "a segment of the image is writable and executable";
  if (!(entry.p_flags & PF_R) || (entry.p_flags & ~(PF_R | PF_W | PF_X)))
    return "a segment of the image has rights that no page can have";
  if (entry.p_filesz > entry.p_memsz) return "a segment of the image is longer in the file than in memory";
  if (!within(elf, entry.p_offset, entry.p_filesz)) return "a segment of the image lies outside of the file";
  if (entry.p_vaddr != entry.p_paddr) return "a segment of the image has two addresses";
  if (entry.p_vaddr % kPage != 0 || (entry.p_filesz && entry.p_offset % kPage != 0))
    return "a segment of the image does not begin with a page";
  if (entry.p_vaddr < kLowest || entry.p_vaddr >= kHighest || entry.p_memsz > kHighest - entry.p_vaddr)
    return "a segment of the image lies outside of the first GiB, or in its first MiB";
  if (!image.segments.empty() && entry.p_vaddr < raw(image.end))
    return "the image's segments overlap or are out of order";
  image.segments.push_back({.start = Gpa{entry.p_vaddr},
                            .length = entry.p_memsz,
                            .file_offset = entry.p_filesz ? entry.p_offset : 0,
                            .file_length = entry.p_filesz,
                            .rights = executable ? hv::Rights::read_execute
                                      : writable ? hv::Rights::read_write
                                                 : hv::Rights::read});
  image.start = image.segments.front().start;
  image.end = Gpa{whole_pages(entry.p_vaddr + entry.p_memsz)};
  return nullptr;
}

/// All program headers. @param notes the note segment's bytes
Fault read_segments(Bytes elf, const Elf64_Ehdr& header, GuestImage& image, Bytes& notes) {
  bool has_notes = false;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr entry;
    take(elf, header.e_phoff + i * sizeof entry, entry);
    if (entry.p_type == PT_INTERP || entry.p_type == PT_DYNAMIC) return "the image is dynamically linked";
    if (entry.p_type == PT_LOAD) {
      if (Fault fault = add_segment(elf, entry, image)) return fault;
    } else if (entry.p_type == PT_NOTE) {
      if (has_notes) return "the image has more than one note segment";
      if (entry.p_filesz > kMaxNotes || !within(elf, entry.p_offset, entry.p_filesz))
        return "the image's note segment lies outside of the file";
      has_notes = true;
      notes = elf.subspan(entry.p_offset, entry.p_filesz);
    }
  }
  if (image.segments.empty()) return "the image has nothing to load";
  return has_notes ? nullptr : "the image has no note segment";
}

/// What read_notes() leaves to us: the manifest's text, where threads are, and the build-id. `notes` went through
/// read_notes() already.
Fault read_texts(Bytes notes, GuestImage& image, std::string_view& manifest) {
  constexpr std::string_view kGnu{"GNU\0", 4}, kWick{kNoteOwner, sizeof kNoteOwner};
  bool has_id = false;
  const auto take = [&](std::string_view owner, std::uint32_t type, Bytes content) -> Fault {
    if (owner == kWick && type == static_cast<std::uint32_t>(NoteType::manifest)) {
      if (manifest.data()) return "the image has two manifest notes";
      manifest = {reinterpret_cast<const char*>(content.data()), content.size()};
    } else if (owner == kWick && type == kThreadsNote) {
      if (content.size() < sizeof image.threads) return "the image's note of threads is too short";
      std::memcpy(&image.threads, content.data(), sizeof image.threads);
    } else if (owner == kGnu && type == NT_GNU_BUILD_ID) {
      if (content.size() != sizeof image.build_id) return "the image's build-id is not one of 20 bytes";
      std::memcpy(image.build_id, content.data(), sizeof image.build_id);
      has_id = true;
    }
    return nullptr;
  };
  if (Fault fault = walk_notes(notes, take)) return fault;
  if (!manifest.data()) return "the image has no manifest note";
  return has_id ? nullptr : "the image has no build-id";
}

/// @return what is wrong in one sentence without a full stop; nothing when all is well
std::string take_manifest(std::string_view text, GuestImage& image) {
  auto note = read_manifest_note(text);
  if (!note) return std::move(note.error());
  if (!runs_on_linux(note->wall))
    return "the image is built for a wall that Linux can't be: neither hosted nor process";
  if (!parse_outgoing(note->outgoing)) return "the image's manifest note has a bad value for outgoing";
  static_cast<ManifestNote&>(image) = std::move(*note);
  return {};
}

bool in_text(const GuestImage& image, Gpa address, std::uint64_t length) {
  return std::ranges::any_of(image.segments, [&](const GuestSegment& segment) {
    const std::uint64_t offset = raw(address) - raw(segment.start);
    return segment.rights == hv::Rights::read_execute && raw(address) >= raw(segment.start) &&
           offset < segment.file_length && length <= segment.file_length - offset;
  });
}

Fault check_entry(const GuestImage& image, std::uint64_t elf_entry) {
  const EntryNote& entry = image.notes.entry;
  if (!in_text(image, entry.start, 1) || raw(entry.start) != elf_entry)
    return "the image's first instruction lies outside of its code";
  if (!in_text(image, entry.trap, kTrapBytes)) return "the image's trap lies outside of its code";
  if (raw(entry.fault) && !in_text(image, entry.fault, 1)) return "the image's fault upcall lies outside of its code";
  return nullptr;
}

/// The stack and the guard page below it, both in memory that the file holds nothing for.
Fault check_layout(const GuestImage& image) {
  const std::uint64_t start = raw(image.notes.layout.stack_start), end = raw(image.notes.layout.stack_end);
  if (start == 0) return "the image has no layout note";
  if (start % kPage != 0 || end % kPage != 0 || start < kPage || start >= end)
    return "the image's stack is not made of pages";
  for (const GuestSegment& segment : image.segments) {
    const std::uint64_t zeroes = raw(segment.start) + segment.file_length;
    if (segment.rights == hv::Rights::read_write && start - kPage >= zeroes &&
        end <= whole_pages(raw(segment.start) + segment.length))
      return nullptr;
  }
  return "the image's stack and its guard page lie outside of its writable memory";
}

Fault check_budget(const GuestImage& image) {
  const std::uint64_t end = raw(image.end);
  if (end > image.memory || image.heap > image.memory - end || image.dma > image.memory - end - image.heap)
    return "the image, its heap and its DMA pool do not fit its memory";
  return nullptr;
}

}  // namespace

std::expected<GuestImage, std::string> read_guest_image(Bytes elf) {
  GuestImage image;
  Elf64_Ehdr header;
  Bytes notes;
  if (Fault fault = check_header(elf, header)) return std::unexpected(fault);
  if (Fault fault = read_segments(elf, header, image, notes)) return std::unexpected(fault);
  if (Fault fault = hv::read_notes(notes, image.notes)) return std::unexpected(fault);
  std::string_view manifest;
  if (Fault fault = read_texts(notes, image, manifest)) return std::unexpected(fault);
  if (auto fault = take_manifest(manifest, image); !fault.empty()) return std::unexpected(std::move(fault));
  if (Fault fault = check_entry(image, header.e_entry)) return std::unexpected(fault);
  if (Fault fault = check_layout(image)) return std::unexpected(fault);
  if (Fault fault = check_budget(image)) return std::unexpected(fault);
  return image;
}

}  // namespace wick::monitor
