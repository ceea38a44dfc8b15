// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "fs/rom.h"
#include "fs/rom_additions.h"

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

TEST_CASE("Files of the boot stand among the embedded ones, with the folders that they need") {
  const RomAddition additions[] = {{"/a/x", "new", 3, 0600}, {"/b/c/d", "", 0, 0644}, {"/a.c", "y", 1, 0444}};
  RomTable table;
  REQUIRE(merge(Rom(kEntries), additions, table) == nullptr);
  const Rom rom({table.entries, table.count});
  CHECK(children(rom, "/") == "/a /a.b /a.c /ab /b /z ");
  CHECK(children(rom, "/b") == "/b/c ");
  CHECK(children(rom, "/b/c") == "/b/c/d ");
  for (std::size_t i = 1; i < table.count; i++)
    CHECK(std::string_view(table.entries[i - 1].path) < std::string_view(table.entries[i].path));
  const RomEntry* const replaced = rom.find("/a/x");
  CHECK(std::string(static_cast<const char*>(replaced->data), replaced->size) == "new");
  CHECK(replaced->mode == (S_IFREG | 0600));
  CHECK(replaced->crc == 0x6be34445);
  CHECK(rom.find("/b/c/d")->data == nullptr);
  CHECK(rom.find("/b/c")->mode == kFolder);
  std::free(table.entries);
}

TEST_CASE("A file of the boot takes no folder's place and has no file above it") {
  RomTable table;
  const RomAddition folder[] = {{"/a/sub", "", 0, 0644}}, below[] = {{"/c/d", "", 0, 0644}, {"/ab/c", "", 0, 0644}};
  CHECK(merge(Rom(kEntries), folder, table) == std::string_view("a file is to be written in a folder's place"));
  CHECK(merge(Rom(kEntries), below, table) == std::string_view("a file is to be written below another one"));
  CHECK(table.entries == nullptr);
  CHECK(merge(Rom(kEntries), {}, table) == nullptr);
  CHECK(table.entries == nullptr);
}
