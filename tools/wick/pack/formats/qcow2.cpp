// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// qcow2, version 3 (docs/interop/qcow2.rst of QEMU): header, L1 table, then clusters of data as they come, each L2
// table behind those it names, and last the reference counts, which are 1 for every cluster of the file.

#include <vector>

#include "base/output_file.h"
#include "base/stored.h"
#include "pack/formats/formats.h"
#include "pack/raw_disk.h"

namespace wick::tool {
namespace {

struct Header {
  Big32 magic = 0x514649fb;  // "QFI\xfb"
  Big32 version = 3;
  Big64 backing_file_offset;
  Big32 backing_file_size;
  Big32 cluster_bits;
  Big64 size;
  Big32 crypt_method;
  Big32 l1_size;
  Big64 l1_table_offset;
  Big64 refcount_table_offset;
  Big32 refcount_table_clusters;
  Big32 nb_snapshots;
  Big64 snapshots_offset;
  Big64 incompatible_features, compatible_features, autoclear_features;
  Big32 refcount_order = 4;  // 16 bits
  Big32 header_length = 104;
  Big64 end_of_extensions;
};
static_assert(sizeof(Header) == 112);

constexpr unsigned kClusterBits = 16;
constexpr std::uint64_t kCluster = 1 << kClusterBits;
constexpr std::uint64_t kL2Entries = kCluster / sizeof(Big64), kRefcounts = kCluster / sizeof(Big16);
constexpr std::uint64_t kCopied = 1ull << 63;    ///< of an entry: its cluster's count is 1
constexpr std::uint64_t kMaxL1Bytes = 32 << 20;  ///< QEMU opens no more

std::uint64_t clusters_of(std::uint64_t bytes) { return round_up(bytes, kCluster) / kCluster; }

template <typename T>
bool append_clusters(OutputFile& file, const std::vector<T>& table) {
  return file.append(std::as_bytes(std::span(table))) && file.extend(round_up(file.bytes(), kCluster));
}

/// Data, and the L2 tables between. Fills in L1.
Result<void> append_data(const RawDisk& disk, OutputFile& file, std::vector<Big64>& l1) {
  std::vector<Big64> l2(kL2Entries);
  std::uint64_t current = l1.size();  // of the L2 tables; none yet
  const auto end_table = [&] {
    if (current == l1.size()) return true;
    l1[current] = file.bytes() | kCopied;
    const bool written = append_clusters(file, l2);
    l2.assign(kL2Entries, Big64());
    return written;
  };
  const auto read = disk.each_used(kCluster, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    if (index / kL2Entries != current) {
      if (!end_table()) return false;
      current = index / kL2Entries;
    }
    l2[index % kL2Entries] = file.bytes() | kCopied;
    return file.append(bytes);
  });
  if (read) end_table();
  return read;
}

/// Table and blocks of the counts, which count themselves.
void append_refcounts(OutputFile& file, Header& header) {
  const std::uint64_t before = file.bytes() / kCluster;
  std::uint64_t blocks = 0, table = 0;
  for (std::uint64_t all = before; all != before + blocks + table || blocks == 0;) {
    all = before + blocks + table;
    blocks = round_up(all, kRefcounts) / kRefcounts;
    table = clusters_of(blocks * sizeof(Big64));
  }
  header.refcount_table_offset = file.bytes();
  header.refcount_table_clusters = static_cast<std::uint32_t>(table);
  std::vector<Big64> offsets;
  for (std::uint64_t i = 0; i < blocks; ++i) offsets.push_back((before + table + i) * kCluster);
  append_clusters(file, offsets);
  append_clusters(file, std::vector<Big16>(before + table + blocks, 1));
}

}  // namespace

Result<void> write_qcow2(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  std::vector<Big64> l1(clusters_of(round_up(disk.bytes(), kCluster) / kL2Entries));
  if (l1.size() * sizeof(Big64) > kMaxL1Bytes) return fail("The disk is too large for qcow2.");
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());

  Header header;
  header.cluster_bits = kClusterBits;
  header.size = disk.bytes();
  header.l1_size = static_cast<std::uint32_t>(l1.size());
  header.l1_table_offset = kCluster;
  file->extend(kCluster + round_up(l1.size() * sizeof(Big64), kCluster));
  if (auto done = append_data(disk, *file, l1); !done) return done;
  append_refcounts(*file, header);
  file->rewrite(0, bytes_of(header));
  file->rewrite(kCluster, std::as_bytes(std::span(l1)));
  return file->finish();
}

}  // namespace wick::tool
