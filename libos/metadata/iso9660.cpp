// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See iso9660.h.

#include "metadata/iso9660.h"

#include <cstring>

namespace wick::metadata::iso {

namespace {

constexpr std::uint32_t kSectorBytes = 2048;
constexpr std::uint64_t kFirstDescriptor =
    std::uint64_t{16} * kSectorBytes;  ///< ECMA-119 §6.7.1: the primary one comes first
constexpr std::uint32_t kMaxDirectoryBytes = 16 * kSectorBytes;
constexpr std::uint8_t kIsDirectory = 2, kGoesOn = 0x80;  ///< §9.1.6

/// A number in both orders of bytes (§7.3.3).
struct Both32 {
  std::uint8_t little[4], big[4];

  bool read(std::uint32_t& to) const {
    std::uint32_t reversed;
    std::memcpy(&to, little, 4);
    std::memcpy(&reversed, big, 4);
    return to == __builtin_bswap32(reversed);
  }
};

/// §9.1. The name follows, then what Rock Ridge adds.
struct DirectoryRecord {
  std::uint8_t bytes;
  std::uint8_t attribute_sectors;
  Both32 sector;
  Both32 length;
  std::uint8_t date[7];
  std::uint8_t flags;
  std::uint8_t unit_sectors, gap_sectors;  ///< of interleaved files
  std::uint8_t volume[4];
  std::uint8_t name_bytes;
};
static_assert(sizeof(DirectoryRecord) == 33 && alignof(DirectoryRecord) == 1);

/// §8.4, up to the root directory's record.
struct PrimaryDescriptor {
  std::uint8_t type;
  char identifier[5];
  std::uint8_t version;
  std::uint8_t unused;
  char system[32];
  char volume[32];
  std::uint8_t unused2[8];
  Both32 sectors;
  std::uint8_t unused3[32];
  std::uint8_t set[8];
  std::uint8_t block_bytes[4];  ///< 16 bits in both orders
  std::uint8_t tables[24];
  DirectoryRecord root;
};
static_assert(offsetof(PrimaryDescriptor, volume) == 40 && offsetof(PrimaryDescriptor, block_bytes) == 128 &&
              offsetof(PrimaryDescriptor, root) == 156);

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// The file's bytes, if they lie on the disk in one piece.
bool read_extent(const Disk& disk, const DirectoryRecord& record, Extent& extent) {
  std::uint32_t sector;
  if (!record.sector.read(sector) || !record.length.read(extent.bytes)) return false;
  extent.offset = (std::uint64_t{sector} + record.attribute_sectors) * kSectorBytes;
  return extent.offset <= disk.size() && extent.bytes <= disk.size() - extent.offset && record.unit_sectors == 0 &&
         record.gap_sectors == 0 && !(record.flags & kGoesOn);
}

bool is_label(const char (&volume)[32], std::string_view label) {
  for (std::size_t i = 0; i < sizeof volume; i++)
    if (lower(volume[i]) != (i < label.size() ? label[i] : ' ')) return false;
  return label.size() <= sizeof volume;
}

/// The name by Rock Ridge's entry NM (IEEE P1282 §4.1.4), whose text is all there; empty: there is none.
std::string_view rock_ridge_name(std::span<const std::uint8_t> entries) {
  while (entries.size() >= 4 && entries[2] >= 4 && entries[2] <= entries.size()) {
    const std::span<const std::uint8_t> entry = entries.first(entries[2]);
    if (entry[0] == 'N' && entry[1] == 'M' && entry.size() > 5 && entry[4] == 0)
      return {reinterpret_cast<const char*>(entry.data()) + 5, entry.size() - 5};
    entries = entries.subspan(entry.size());
  }
  return {};
}

/// Plain names have upper case, a version behind a semicolon, "_" where they may not have "-", and where they are
/// short (ECMA-119 §10.1) eight characters.
bool is_plain_name(std::string_view name, std::string_view wanted) {
  name = name.substr(0, name.find(';'));
  if (name.ends_with('.')) name.remove_suffix(1);
  constexpr std::size_t kShort = 8;
  if (name.size() != wanted.size() && name.size() != kShort) return false;
  if (name.size() > wanted.size()) return false;
  for (std::size_t i = 0; i < name.size(); i++)
    if (lower(name[i]) != wanted[i] && !(name[i] == '_' && wanted[i] == '-')) return false;
  return true;
}

bool is_named(std::span<const std::uint8_t> record, std::uint8_t name_bytes, std::string_view wanted) {
  const std::string_view plain(reinterpret_cast<const char*>(record.data()) + sizeof(DirectoryRecord), name_bytes);
  const std::size_t end = sizeof(DirectoryRecord) + name_bytes + (name_bytes % 2 == 0);  // §9.1.12: a byte of padding
  const std::string_view name = end < record.size() ? rock_ridge_name(record.subspan(end)) : std::string_view();
  return name.empty() ? is_plain_name(plain, wanted) : name == wanted;
}

constexpr const char* kDamaged = "has a directory that is damaged";

/// @return nullptr, or what is wrong with the records of this sector
const char* look_at_sector(const Disk& disk, std::span<const std::uint8_t> sector, std::span<Wanted> wanted) {
  for (std::size_t at = 0; at < sector.size() && sector[at] != 0; at += sector[at]) {
    if (sector[at] > sector.size() - at || sector[at] <= sizeof(DirectoryRecord)) return kDamaged;
    const std::span<const std::uint8_t> bytes = sector.subspan(at, sector[at]);
    DirectoryRecord record;
    std::memcpy(&record, bytes.data(), sizeof record);
    if (record.name_bytes == 0 || record.name_bytes > bytes.size() - sizeof record) return kDamaged;
    const Kind kind = record.flags & kIsDirectory ? Kind::folder : Kind::file;
    for (Wanted& file : wanted) {
      if (file.kind != kind || !is_named(bytes, record.name_bytes, file.name)) continue;
      if (file.found) return "has a file twice";
      if (!read_extent(disk, record, file.extent)) return "has a file that does not lie on it in one piece";
      file.found = true;
    }
  }
  return nullptr;
}

}  // namespace

Label look_for_label(Disk& disk, std::string_view label, Extent& root) {
  PrimaryDescriptor descriptor;
  if (disk.size() < kFirstDescriptor + kSectorBytes || !disk.read(&descriptor, sizeof descriptor, kFirstDescriptor) ||
      descriptor.type != 1 || std::memcmp(descriptor.identifier, "CD001", 5) != 0 ||
      !is_label(descriptor.volume, label))
    return Label::other;
  constexpr std::uint8_t kBlockBytes[] = {kSectorBytes & 0xff, kSectorBytes >> 8, kSectorBytes >> 8,
                                          kSectorBytes & 0xff};
  const bool good = descriptor.version == 1 && std::memcmp(descriptor.block_bytes, kBlockBytes, 4) == 0 &&
                    descriptor.root.bytes == sizeof(DirectoryRecord) + 1 && (descriptor.root.flags & kIsDirectory) &&
                    read_extent(disk, descriptor.root, root) && root.bytes <= kMaxDirectoryBytes;
  return good ? Label::this_one : Label::damaged;
}

const char* find_files(Disk& disk, const Extent& folder, std::span<Wanted> wanted) {
  if (folder.bytes > kMaxDirectoryBytes) return kDamaged;
  for (std::uint32_t at = 0; at < folder.bytes; at += kSectorBytes) {
    std::uint8_t sector[kSectorBytes];
    const std::uint32_t bytes = folder.bytes - at < kSectorBytes ? folder.bytes - at : kSectorBytes;
    if (!disk.read(sector, bytes, folder.offset + at)) return "can't be read";
    if (const char* wrong = look_at_sector(disk, {sector, bytes}, wanted)) return wrong;
  }
  return nullptr;
}

}  // namespace wick::metadata::iso
