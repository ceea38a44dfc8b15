// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "image/elf.h"

#include <fmt/format.h>

#include <cstring>

#include "abi/note.h"
#include "image/appliance.h"

namespace wick::tool {
namespace {

// A file may say the same of each of its 65,535 headers.
constexpr std::size_t kMaxSectionName = 256;
constexpr std::uint64_t kMaxNotes = 1 << 20;  ///< bytes of all segments together

}  // namespace

template <typename T>
std::optional<T> Elf::at(std::uint64_t offset) const {
  std::string_view part = slice(offset, sizeof(T));
  if (part.size() != sizeof(T)) return {};
  T value;
  std::memcpy(&value, part.data(), sizeof(T));
  return value;
}

std::string_view Elf::slice(std::uint64_t offset, std::uint64_t length) const {
  if (offset > bytes_.size() || length > bytes_.size() - offset) return {};
  return std::string_view(bytes_).substr(offset, length);
}

std::string Elf::string_at(std::string_view table, std::uint64_t offset) const {
  if (offset >= table.size()) return {};
  std::string_view rest = table.substr(offset);
  return std::string(rest.substr(0, rest.find('\0')));
}

Result<Elf> Elf::open(const fs::path& path) {
  auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  auto place = guest_place(*bytes, path);
  if (!place) return std::unexpected(place.error());
  Elf elf;
  elf.file_size_ = bytes->size();
  elf.bytes_ = place->offset ? bytes->substr(place->offset, place->length) : std::move(*bytes);
  elf.monitor_size_ = place->offset;
  auto header = elf.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return fail(fmt::format("{} is not a 64-bit ELF image.", path.string()), "`wick build DIR` makes one.");
  }
  elf.header_ = *header;
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    auto segment = elf.at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return fail(fmt::format("{} is cut short: a program header lies outside of it.", path.string()));
    elf.segments_.push_back(*segment);
  }
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    auto section = elf.at<Elf64_Shdr>(header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) return fail(fmt::format("{} is cut short: a section header lies outside of it.", path.string()));
    elf.sections_.push_back({{}, *section});
  }
  if (header->e_shstrndx < elf.sections_.size()) {
    const Elf64_Shdr& names = elf.sections_[header->e_shstrndx].header;
    std::string_view table = elf.slice(names.sh_offset, names.sh_size);
    for (ElfSection& section : elf.sections_) {
      const std::uint64_t at = section.header.sh_name;
      section.name = elf.string_at(table.substr(0, at + kMaxSectionName), at);
    }
  }
  std::uint64_t notes = 0;
  for (const Elf64_Phdr& segment : elf.segments_) {
    if (segment.p_type != PT_NOTE) continue;
    if (segment.p_filesz > kMaxNotes - notes) return fail(fmt::format("{} has too many notes.", path.string()));
    notes += segment.p_filesz;
    elf.read_notes(segment.p_offset, segment.p_filesz, segment.p_align);
  }
  return elf;
}

void Elf::read_notes(std::uint64_t offset, std::uint64_t length, std::uint64_t align) {
  const std::string_view area = slice(offset, length);
  const auto add = [&](std::string_view owner, std::uint32_t type, auto content) -> const char* {
    owner = owner.substr(0, owner.find('\0'));
    notes_.push_back({std::string(owner), type, std::string(content.begin(), content.end())});
    return nullptr;
  };
  (void)walk_notes({reinterpret_cast<const std::uint8_t*>(area.data()), area.size()}, add, align == 8 ? 8 : 4);
}

std::vector<ElfSymbol> Elf::symbols() const {
  std::vector<ElfSymbol> symbols;
  for (const ElfSection& section : sections_) {
    if (section.header.sh_type != SHT_SYMTAB || section.header.sh_link >= sections_.size()) continue;
    const Elf64_Shdr& strings = sections_[section.header.sh_link].header;
    std::string_view names = slice(strings.sh_offset, strings.sh_size);
    for (std::uint64_t i = 0; i < section.header.sh_size / sizeof(Elf64_Sym); ++i) {
      auto symbol = at<Elf64_Sym>(section.header.sh_offset + i * sizeof(Elf64_Sym));
      if (!symbol) break;
      symbols.push_back({string_at(names, symbol->st_name), symbol->st_value, symbol->st_shndx != SHN_UNDEF});
    }
  }
  return symbols;
}

std::optional<std::string> Elf::note(std::string_view owner, std::uint32_t type) const {
  for (const ElfNote& note : notes_) {
    if (note.owner == owner && note.type == type) return note.content;
  }
  return {};
}

std::string Elf::build_id() const {
  std::string text;
  for (unsigned char byte : note("GNU", NT_GNU_BUILD_ID).value_or("")) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace wick::tool
