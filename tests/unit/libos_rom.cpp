// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>
#include <vector>

#include "fs/rom.h"

using namespace wick::fs;

namespace {

constexpr std::uint32_t kFolder = S_IFDIR | 0555, kFile = S_IFREG | 0444;
// Sorted bytewise: '.' < '/' < letters, so that "/a.b" stands between "/a" and what is in it.
const RomEntry kEntries[] = {
    {"/", nullptr, 0, kFolder, 0},      {"/a", nullptr, 0, kFolder, 0},     {"/a.b", "1", 1, kFile, 0},
    {"/a/sub", nullptr, 0, kFolder, 0}, {"/a/sub/deep", "22", 2, kFile, 0}, {"/a/x", "333", 3, kFile, 0},
    {"/ab", "4", 1, kFile, 0},          {"/z", nullptr, 0, kFolder, 0},
};

std::string children(const Rom& rom, std::string_view path) {
  std::string list;
  for (const RomEntry* entry = nullptr; (entry = rom.next_child(path, entry));) list.append(entry->path).append(" ");
  return list;
}

}  // namespace

TEST_CASE("Embedded files are found by their path") {
  const Rom rom(kEntries);
  for (const RomEntry& entry : kEntries) CHECK(rom.find(entry.path) == &entry);
  for (const char* path : {"", "/b", "/a/", "/a/su", "/a/subx", "/zz", "a"}) CHECK(rom.find(path) == nullptr);
  CHECK(is_directory(*rom.find("/a")));
  CHECK_FALSE(is_directory(*rom.find("/a/x")));
}

TEST_CASE("Embedded directories list their own children only") {
  const Rom rom(kEntries);
  CHECK(children(rom, "/") == "/a /a.b /ab /z ");
  CHECK(children(rom, "/a") == "/a/sub /a/x ");
  CHECK(children(rom, "/a/sub") == "/a/sub/deep ");
  CHECK(children(rom, "/z") == "");
}

TEST_CASE("An empty table") {
  const Rom rom({});
  CHECK(rom.find("/") == nullptr);
  CHECK(children(rom, "/") == "");
}
