// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Headers of tar archives, which other formats are wrapped in: POSIX' ustar, and GNU's old form of files with holes
// ("Basic Tar Format", "Storing Sparse Files" in GNU tar's manual). Names are of this tool's making and short, times
// are 0.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wick::tool {

constexpr std::size_t kTarBlock = 512;

template <std::size_t size>
using TarText = std::array<char, size>;

/// A run of bytes of a file, in between holes.
struct TarRun {
  std::uint64_t offset = 0, bytes = 0;
  bool operator==(const TarRun&) const = default;
};

struct TarSparse {
  TarText<12> offset = {}, bytes = {};
};
static_assert(sizeof(TarSparse) == 24);

struct TarHeader {
  TarText<100> name = {};
  TarText<8> mode = {}, uid = {}, gid = {};
  TarText<12> size = {}, mtime = {};
  TarText<8> checksum = {};
  char type = '0';
  TarText<100> link_name = {};
  TarText<8> magic_and_version = {};
  TarText<32> user = {}, group = {};
  TarText<8> device_major = {}, device_minor = {};
  // What stands behind, in GNU's old form; of ustar it is the prefix of a long name.
  TarText<41> unused = {};
  std::array<TarSparse, 4> sparse = {};
  std::uint8_t is_extended = 0;
  TarText<12> real_size = {};
  TarText<17> padding = {};
};
static_assert(sizeof(TarHeader) == kTarBlock && offsetof(TarHeader, sparse) == 386);

struct TarSparseBlock {
  std::array<TarSparse, 21> sparse = {};
  std::uint8_t is_extended = 0;
  TarText<7> padding = {};
};
static_assert(sizeof(TarSparseBlock) == kTarBlock);

/// Whether others than its owner may execute a file, as who unpacks an archive gives it.
enum class TarMode : std::uint16_t { plain = 0644, executable = 0755 };

TarHeader tar_header(std::string_view name, std::uint64_t bytes, TarMode mode = TarMode::plain);

/// A file whole, from its header to the end of its last block.
std::string tar_member(std::string_view name, std::string_view content, TarMode mode = TarMode::plain);
/// What ends an archive: two blocks of zeros.
inline std::string tar_end() { return std::string(2 * kTarBlock, '\0'); }

/// A file with holes of `real_size` bytes: its header, and the blocks between that and its runs of data.
struct SparseTarHeader {
  TarHeader header;
  std::vector<TarSparseBlock> more;
};
SparseTarHeader sparse_tar_header(std::string_view name, std::uint64_t real_size, std::vector<TarRun> runs);

}  // namespace wick::tool
