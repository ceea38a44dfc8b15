// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "volume/database.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <vector>

#include "volume/image.h"
#include "wickdb/layout.h"

namespace wick::tool {
namespace {

static_assert(WICKDB_BLOCK == wickfs::kBlockBytes && WICKDB_CHUNK % WICKDB_BLOCK == 0);

using Start = std::array<std::byte, WICKDB_START>;

/// What can't be read is foreign.
wickdb_found look(ImageDisk& disk, wickdb_header& header) {
  Start start{};
  if (!disk.read(0, start.data(), start.size() / WICKDB_BLOCK)) return wickdb_foreign;
  return wickdb_look(start.data(), &header);
}

Result<void> append(std::ofstream& file, const fs::path& name, ImageDisk& disk, std::uint64_t from,
                    std::uint64_t bytes) {
  std::vector<char> chunk(WICKDB_CHUNK);
  for (std::uint64_t done = 0; done < bytes;) {
    const std::uint64_t count = std::min<std::uint64_t>(bytes - done, chunk.size());
    const std::uint64_t blocks = (count + WICKDB_BLOCK - 1) / WICKDB_BLOCK;
    if (!disk.read((from + done) / WICKDB_BLOCK, chunk.data(), blocks)) return fail("The volume can't be read.");
    if (!file.write(chunk.data(), static_cast<std::streamsize>(count)))
      return fail(fmt::format("{} can't be written.", name.string()));
    done += count;
  }
  return {};
}

Result<void> write_files(ImageDisk& disk, const wickdb_header& header, const fs::path& to) {
  std::ofstream database(to, std::ios::binary);
  if (auto done = append(database, to, disk, WICKDB_START, header.database_bytes); !done) return done;
  if (!database.flush()) return fail(fmt::format("{} can't be written.", to.string()));
  // The log of another database must not be taken for this one's.
  const fs::path log_name = to.string() + "-wal";
  std::error_code error;
  fs::remove(log_name, error);
  if (header.log_chunks == 0) return {};
  std::ofstream log(log_name, std::ios::binary);
  for (std::uint32_t i = 0; i < header.log_chunks; ++i) {
    const std::uint64_t place = wickdb_log_place(&header, std::uint64_t{i} * WICKDB_CHUNK);
    if (auto done = append(log, log_name, disk, place, WICKDB_CHUNK); !done) return done;
  }
  if (!log.flush()) return fail(fmt::format("{} can't be written.", log_name.string()));
  return {};
}

}  // namespace

bool holds_database(ImageDisk& disk) {
  wickdb_header header;
  const wickdb_found found = look(disk, header);
  return found == wickdb_good || found == wickdb_newer || found == wickdb_damaged;
}

Result<void> take_database(const fs::path& volume, ImageDisk& disk, const fs::path& to) {
  wickdb_header header;
  const wickdb_found found = look(disk, header);
  if (found == wickdb_newer) return fail(fmt::format("{} is of a newer form.", volume.string()));
  if (found != wickdb_good) return fail(fmt::format("Both headers of {} are damaged.", volume.string()));
  if (header.volume_bytes > disk.bytes()) return fail(fmt::format("{} is shorter than it was.", volume.string()));
  return write_files(disk, header, to);
}

}  // namespace wick::tool
