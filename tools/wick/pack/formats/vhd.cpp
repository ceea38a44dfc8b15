// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A fixed VHD (Microsoft's "Virtual Hard Disk Image Format Specification", 1.0): the disk itself and a footer behind
// it. Azure wants whole MiB, and takes its size from current_size.

#include <algorithm>
#include <cstring>

#include "base/output_file.h"
#include "base/stored.h"
#include "pack/formats/formats.h"
#include "pack/formats/geometry.h"
#include "pack/identity.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kMostBytes = 2040 * kGiB;  ///< section "Hard Disk Footer Format"

struct Footer {
  std::array<char, 8> cookie = {'c', 'o', 'n', 'e', 'c', 't', 'i', 'x'};
  Big32 features = 2;  // reserved, always set
  Big32 file_format_version = 0x0001'0000;
  Big64 data_offset = ~0ull;  // none: fixed
  Big32 time_stamp;           // seconds from 2000 on: the same each time
  // Who made it. By this name QEMU takes the size from current_size, as Azure does, and not from the geometry.
  std::array<char, 4> creator_application = {'q', 'e', 'm', '2'};
  Big32 creator_version = 0x0005'0003;
  std::array<char, 4> creator_host_os = {'W', 'i', '2', 'k'};
  Big64 original_size, current_size;
  Big16 cylinders;
  std::uint8_t heads = 0, sectors_per_track = 0;
  Big32 disk_type = 2;  // fixed
  Big32 checksum;
  Uuid unique_id = {};
  std::uint8_t saved_state = 0;
  std::array<std::byte, 427> reserved = {};
};
static_assert(sizeof(Footer) == 512);

/// The ones' complement of the sum of all bytes, those of the checksum itself left out.
std::uint32_t checksum(Footer footer) {
  footer.checksum = 0;
  std::uint32_t sum = 0;
  for (const std::byte byte : bytes_of(footer)) sum += static_cast<std::uint32_t>(byte);
  return ~sum;
}

Footer footer_of(std::uint64_t bytes, const Digest& digest) {
  const Geometry geometry = geometry_of(bytes / kSector);
  Footer footer;
  footer.original_size = footer.current_size = bytes;
  footer.cylinders = geometry.cylinders;
  footer.heads = geometry.heads;
  footer.sectors_per_track = geometry.sectors;
  footer.unique_id = uuid_of(digest, "vhd");
  footer.checksum = checksum(footer);
  return footer;
}

}  // namespace

Result<void> write_vhd(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  if (disk.bytes() > kMostBytes) return fail("The disk is too large for a VHD.");
  auto digest = disk.digest();
  if (!digest) return std::unexpected(digest.error());
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());
  if (auto done = copy_used(disk, *file); !done) return done;
  file->extend(round_up(disk.bytes(), kMiB));
  file->append(bytes_of(footer_of(file->bytes(), *digest)));
  return file->finish();
}

}  // namespace wick::tool
