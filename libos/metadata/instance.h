// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an instance's data asks for, once it has been read and checked: settings in the form of a configuration block,
// and files. Whoever reads a document adds to it. All of it counts or nothing does; what counts stays for good.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "fs/rom_additions.h"

namespace wick::metadata {

class Instance {
 public:
  Instance() = default;
  Instance(const Instance&) = delete;
  /// Gives back what keep() was not called for.
  ~Instance();

  /// One more line. @return nullptr, or what is wrong
  [[nodiscard]] const char* set(std::string_view key, std::string_view value);
  /// The same, of a value in two pieces.
  [[nodiscard]] const char* set(std::string_view key, std::string_view value, std::string_view rest);

  /// A file with a path that is absolute and normal. @param room for its content @return nullptr, or what is wrong
  [[nodiscard]] const char* add_file(std::string_view path, std::uint32_t mode, std::size_t room, char*& content);
  /// How long the content of the last one is, at most the room.
  void end_file(std::size_t bytes) { files_[file_count_ - 1].bytes = bytes; }

  /// A key that means nothing to an appliance. The first one is remembered.
  void pass_over(std::string_view key, unsigned line);

  std::string_view settings() const { return {text_, used_}; }
  std::span<const fs::RomAddition> files() const { return {files_, file_count_}; }
  std::string_view passed_over() const { return {passed_, passed_length_}; }
  unsigned passed_line() const { return passed_line_; }

  void keep() { kept_ = true; }

 private:
  static constexpr unsigned kMaxFiles = 32;

  char* text_ = nullptr;
  std::size_t used_ = 0;
  fs::RomAddition files_[kMaxFiles];
  unsigned file_count_ = 0;
  char passed_[32];
  std::size_t passed_length_ = 0;
  unsigned passed_line_ = 0;
  bool kept_ = false;
};

}  // namespace wick::metadata
