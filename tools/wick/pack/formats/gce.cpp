// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Google Compute Engine imports a gzip'ed tar in GNU's old form of one file, disk.raw, of whole GiB. Its holes are
// holes in the archive, as `tar --format=oldgnu -S` leaves them: a GiB of them costs some bytes.

#include "base/stored.h"
#include "pack/deflate.h"
#include "pack/formats/formats.h"
#include "pack/raw_disk.h"
#include "pack/tar.h"

namespace wick::tool {
namespace {

constexpr std::size_t kPiece = 4 * kKiB;

Result<std::vector<TarRun>> runs_of(const RawDisk& disk) {
  std::vector<TarRun> runs;
  const auto read = disk.each_used(kPiece, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    const std::uint64_t at = index * kPiece;
    if (runs.empty() || runs.back().offset + runs.back().bytes != at) runs.push_back({at, 0});
    runs.back().bytes += bytes.size();
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return runs;
}

}  // namespace

Result<void> write_gce(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  auto runs = runs_of(disk);
  if (!runs) return std::unexpected(runs.error());
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());

  GzipStream out(*file);
  const SparseTarHeader header = sparse_tar_header("disk.raw", round_up(disk.bytes(), kGiB), *runs);
  out.append(bytes_of(header.header));
  for (const TarSparseBlock& block : header.more) out.append(bytes_of(block));
  auto run = runs->begin();
  std::uint64_t next = runs->empty() ? 0 : run->offset;
  bool same = true;
  const auto read = disk.each_used(kPiece, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    same = same && run != runs->end() && index * kPiece == next;
    if (!same || !out.append(bytes)) return false;
    next += bytes.size();
    if (next == run->offset + run->bytes && ++run != runs->end()) next = run->offset;
    return true;
  });
  if (!read) return read;
  if (auto done = file->written(); !done) return done;
  if (!same || run != runs->end()) return fail("The disk has changed while it was packed.");
  out.append(bytes_of(std::array<std::byte, 2 * kTarBlock>{}));  // the end of the archive
  out.end();
  return file->finish();
}

}  // namespace wick::tool
