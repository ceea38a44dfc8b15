// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reading a 64-bit little-endian ELF file that may be damaged: every offset is checked before use.

#include <elf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace wick::tool {

struct ElfSection {
  std::string name;
  Elf64_Shdr header;
};

struct ElfNote {
  std::string owner;
  std::uint32_t type = 0;
  std::string content;
};

struct ElfSymbol {
  std::string name;
  std::uint64_t address = 0;
  bool defined = false;
};

/// An image, be it a file of its own or the guest within an appliance that runs itself (hv/abi/appliance.h).
class Elf {
 public:
  static Result<Elf> open(const fs::path& path);

  const Elf64_Ehdr& header() const { return header_; }
  const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  const std::vector<ElfSection>& sections() const { return sections_; }
  const std::vector<ElfNote>& notes() const { return notes_; }
  std::vector<ElfSymbol> symbols() const;
  std::optional<std::string> note(std::string_view owner, std::uint32_t type) const;
  std::string build_id() const;                                 ///< lower-case hexadecimal; empty when there is none
  std::uint64_t file_size() const { return file_size_; }        ///< of the whole file
  std::uint64_t monitor_size() const { return monitor_size_; }  ///< 0: this file is the image itself
  std::string_view bytes() const { return bytes_; }

 private:
  template <typename T>
  std::optional<T> at(std::uint64_t offset) const;
  std::string_view slice(std::uint64_t offset, std::uint64_t length) const;
  void read_notes(std::uint64_t offset, std::uint64_t length, std::uint64_t align);
  std::string string_at(std::string_view table, std::uint64_t offset) const;

  std::string bytes_;
  std::uint64_t file_size_ = 0, monitor_size_ = 0;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  std::vector<ElfSection> sections_;
  std::vector<ElfNote> notes_;
};

}  // namespace wick::tool
