// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a virtual disk is called, told by its number (Xen docs/man/xen-vbd-interface.7). Pure.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wick::hv::xen {

/// Text with its NUL.
struct DiskName {
  char text[24]{};
  std::size_t length = 0;

  constexpr void add(char c) {
    if (length + 1 < sizeof text) text[length++] = c;
  }
  constexpr std::string_view view() const { return {text, length}; }
};

struct DiskNumber {
  const char* prefix;  ///< nullptr: of none of the known forms
  std::uint32_t disk, partition;
};

constexpr DiskNumber read_disk_number(std::uint32_t number) {
  constexpr std::uint32_t kExtended = 1u << 28;
  if (number & kExtended) return {"xvd", (number & (kExtended - 1)) >> 8, number & 0xff};
  switch (number >> 8) {
    case 202:
      return {"xvd", number >> 4 & 15, number & 15};
    case 8:
      return {"sd", number >> 4 & 15, number & 15};
    case 3:
      return {"hd", number >> 6 & 3, number & 63};
    case 22:
      return {"hd", (number >> 6 & 3) + 2, number & 63};
    default:
      return {nullptr, 0, 0};
  }
}

/// As the tools' configuration writes it: xvda, xvdb1, sdc, hdd, xvdaa. Empty when the number has no known form.
constexpr DiskName disk_name(std::uint32_t number) {
  constexpr std::uint32_t kLetters = 26;
  DiskName name;
  const DiskNumber parts = read_disk_number(number);
  if (!parts.prefix) return name;
  for (const char* c = parts.prefix; *c; ++c) name.add(*c);
  char letters[8]{};
  unsigned count = 0;
  for (std::uint32_t left = parts.disk + 1; left != 0; left = (left - 1) / kLetters)
    letters[count++] = static_cast<char>('a' + (left - 1) % kLetters);
  while (count != 0) name.add(letters[--count]);
  if (parts.partition >= 100) name.add(static_cast<char>('0' + parts.partition / 100));
  if (parts.partition >= 10) name.add(static_cast<char>('0' + parts.partition / 10 % 10));
  if (parts.partition != 0) name.add(static_cast<char>('0' + parts.partition % 10));
  return name;
}

static_assert(disk_name(51712).view() == "xvda" && disk_name(51729).view() == "xvdb1");
static_assert(disk_name(1u << 28 | 26 << 8).view() == "xvdaa" &&
              disk_name(1u << 28 | 701 << 8 | 12).view() == "xvdzz12");
static_assert(disk_name(2048 + 32).view() == "sdc" && disk_name(768 + 64).view() == "hdb" &&
              disk_name(5632).view() == "hdc");
static_assert(disk_name(0).view().empty());

}  // namespace wick::hv::xen
