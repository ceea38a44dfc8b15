// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An ISO 9660 volume (ECMA-119) and what a CD boots by ("El Torito", 1.0), as they lie in the image. Times are left
// out, as both allow: all zero, or the digit.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/stored.h"
#include "pack/raw_disk.h"

namespace wick::tool {

inline constexpr std::uint64_t kIsoVolume = 32 << 10;  ///< where on a disk it begins
/// All that makes a CD of a disk of `wick pack`, up to its first partition. @param name of the volume
Result<std::string> iso_volume(const RawDisk& disk, std::string_view name);

namespace iso {

inline constexpr std::uint64_t kBlock = 2048;
inline constexpr unsigned kVirtualSector = 512;  ///< of which El Torito counts

/// §7.2.3, §7.3.3: in both orders.
struct Both16 {
  Little16 little;
  Big16 big;
  constexpr Both16(std::uint16_t value = 0) : little(value), big(value) {}
};
struct Both32 {
  Little32 little;
  Big32 big;
  constexpr Both32(std::uint32_t value = 0) : little(value), big(value) {}
};
static_assert(sizeof(Both32) == 8);

/// Filled up with blanks, as §7.4 asks for.
template <std::size_t size>
struct Text {
  std::array<char, size> letters;
  constexpr Text(std::string_view text = "") {
    letters.fill(' ');
    for (std::size_t i = 0; i < size && i < text.size(); ++i) letters[i] = text[i];
  }
};

enum class Volume : std::uint8_t { boot_record = 0, primary = 1, last = 255 };

/// §8.1
struct DescriptorHead {
  Volume type;
  std::array<char, 5> identifier = {'C', 'D', '0', '0', '1'};
  std::uint8_t version = 1;
};
static_assert(sizeof(DescriptorHead) == 7);

/// §9.1, without the name, which follows it up to an even length.
struct DirectoryRecord {
  std::uint8_t length = 0, attributes_length = 0;
  Both32 block, bytes;
  std::array<std::uint8_t, 7> time = {};
  std::uint8_t flags = 0, unit = 0, gap = 0;
  Both16 volume = 1;
  std::uint8_t name_length = 0;
};
static_assert(sizeof(DirectoryRecord) == 33);
inline constexpr std::uint8_t kIsFolder = 2;

/// The root's name is one byte of zero.
struct RootRecord {
  DirectoryRecord record;
  std::uint8_t name = 0;
};
static_assert(sizeof(RootRecord) == 34);

/// §8.4.26
struct NoTime {
  Text<16> digits{"0000000000000000"};
  std::uint8_t zone = 0;
};
static_assert(sizeof(NoTime) == 17);

/// §8.4
struct PrimaryDescriptor {
  DescriptorHead head = {Volume::primary};
  std::uint8_t unused = 0;
  Text<32> system, volume;
  std::array<std::byte, 8> unused2 = {};
  Both32 blocks;
  std::array<std::byte, 32> unused3 = {};
  Both16 volumes = 1, number = 1, block_bytes = kBlock;
  Both32 path_table_bytes;
  Little32 path_table, other_path_table;
  Big32 big_path_table, other_big_path_table;
  RootRecord root;
  Text<128> volume_set, publisher, preparer, application;
  Text<37> copyright, abstract, bibliography;
  NoTime created, modified, expires, effective;
  std::uint8_t structure_version = 1, reserved = 0;
  std::array<std::byte, 512> application_use = {};
  std::array<std::byte, 653> reserved2 = {};
};
static_assert(sizeof(PrimaryDescriptor) == kBlock);

/// §8.2, as El Torito has it (figure 7).
struct BootRecord {
  DescriptorHead head = {Volume::boot_record};
  std::array<char, 32> system = {"EL TORITO SPECIFICATION"};
  std::array<std::byte, 32> unused = {};
  Little32 catalog;
  std::array<std::byte, kBlock - 75> unused2 = {};
};
static_assert(sizeof(BootRecord) == kBlock);

/// §8.3
struct LastDescriptor {
  DescriptorHead head = {Volume::last};
  std::array<std::byte, kBlock - sizeof(DescriptorHead)> reserved = {};
};
static_assert(sizeof(LastDescriptor) == kBlock);

/// §9.4: the root alone, which is its own parent.
template <typename U16, typename U32>
struct PathTable {
  std::uint8_t name_length = 1, attributes_length = 0;
  U32 block;
  U16 parent = 1;
  std::uint8_t name = 0, padding = 0;
};
using LittlePathTable = PathTable<Little16, Little32>;
using BigPathTable = PathTable<Big16, Big32>;
static_assert(sizeof(LittlePathTable) == 10);

enum class Platform : std::uint8_t { bios = 0, uefi = 0xef };  ///< UEFI 2.10, §13.3.2.1

/// El Torito, figure 2: the catalog's first entry; its words add up to 0.
struct ValidationEntry {
  std::uint8_t header = 1;
  Platform platform = Platform::bios;
  Little16 reserved;
  std::array<char, 24> name = {"Wick"};
  Little16 checksum;
  Little16 key = 0xaa55;
};
static_assert(sizeof(ValidationEntry) == 32);

/// Figures 3 and 5: what is loaded, without the emulation of a disk.
struct BootEntry {
  std::uint8_t bootable = 0x88, media = 0;
  Little16 segment;  // 0: where a BIOS loads the first sector of a disk, too
  std::uint8_t system = 0, unused = 0;
  Little16 sectors;
  Little32 block;
  std::array<std::byte, 20> unused2 = {};
};
static_assert(sizeof(BootEntry) == 32);

/// Figure 4
struct LastSection {
  std::uint8_t header = 0x91;
  Platform platform = Platform::uefi;
  Little16 entries = 1;
  std::array<char, 28> name = {"UEFI"};
};
static_assert(sizeof(LastSection) == 32);

struct Catalog {
  ValidationEntry validation;
  BootEntry bios;
  LastSection section;
  BootEntry uefi;
};
static_assert(sizeof(Catalog) == 128);

}  // namespace iso
}  // namespace wick::tool
