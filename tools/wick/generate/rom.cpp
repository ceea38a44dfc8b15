// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "generate/rom.h"

#include <fmt/format.h>

#include <set>

#include "abi/host/checksum.h"
#include "base/text.h"
#include "generate/assembly.h"

namespace wick::tool {
namespace {

constexpr std::uint32_t kFolderMode = 0040555;
constexpr std::uint32_t kFileMode = 0100444;

struct Content {
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

void entry(Assembly& out, std::size_t index, const RomFile& file, const Content& content) {
  bool folder = file.source.empty();
  out.quad(fmt::format(".Lpath{}", index));
  if (content.size == 0)
    out.quad(std::uint64_t{0});
  else
    out.quad(fmt::format(".Ldata{}", index));
  out.quad(content.size);
  out.word(folder ? kFolderMode : kFileMode);
  out.word(content.crc);
}

}  // namespace

Result<std::string> rom_assembly(const Manifest& manifest) {
  std::vector<Content> contents;
  for (const RomFile& file : manifest.rom) {
    Content content;
    if (!file.source.empty()) {
      auto bytes = read_file(file.source);
      if (!bytes) return std::unexpected(bytes.error());
      content = {bytes->size(), crc32(*bytes)};
    }
    contents.push_back(content);
  }

  Assembly out("the embedded file system of " + manifest.name);
  out.section(".wick.rom", "a", "progbits", 16);
  out.global("wick_rom_entries");
  for (std::size_t i = 0; i < contents.size(); ++i) entry(out, i, manifest.rom[i], contents[i]);
  out.size("wick_rom_entries");
  out.global("wick_rom_count");
  out.quad(contents.size());
  out.size("wick_rom_count");
  for (std::size_t i = 0; i < contents.size(); ++i) {
    out.label(fmt::format(".Lpath{}", i));
    out.text_with_nul(manifest.rom[i].path);
  }
  for (std::size_t i = 0; i < contents.size(); ++i) {
    if (contents[i].size == 0) continue;
    out.align(16);
    out.label(fmt::format(".Ldata{}", i));
    out.include(manifest.rom[i].source.string());
  }
  return std::move(out).finish();
}

std::string rom_dependencies(const Manifest& manifest, const std::string& output) {
  std::set<std::string> inputs{manifest.file.string()};
  for (const fs::path& root : manifest.rom_roots) {
    inputs.insert(root.string());
    std::error_code error;
    if (!fs::is_directory(root, error)) continue;
    for (const auto& found : fs::recursive_directory_iterator(root, error)) inputs.insert(found.path().string());
  }
  auto escaped = [](const std::string& path) {
    std::string text;
    for (char c : path) {
      if (c == ' ' || c == '#' || c == '\\') text += '\\';
      if (c == '$') text += '$';
      text += c;
    }
    return text;
  };
  std::string text = escaped(output) + ":";
  for (const std::string& input : inputs) text += " \\\n  " + escaped(input);
  return text + "\n";
}

}  // namespace wick::tool
