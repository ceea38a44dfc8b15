// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/stored.h"

namespace wick::tool {
namespace {

template <std::size_t size>
void put(TarText<size>& field, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), size), field.begin());
}

/// Octal digits and a zero byte, and what is too large for these in binary with the first bit set, as GNU tar does it.
template <std::size_t size>
TarText<size> number(std::uint64_t value) {
  TarText<size> field = {};
  if (const std::string digits = fmt::format("{:0{}o}", value, size - 1); digits.size() < size) {
    put(field, digits);
    return field;
  }
  const auto bytes = std::bit_cast<std::array<char, 8>>(Big64(value));
  std::ranges::copy(bytes, field.end() - bytes.size());
  field[0] = static_cast<char>(0x80);
  return field;
}

/// The sum of all bytes, those of the sum itself taken as spaces.
void seal(TarHeader& header) {
  header.checksum.fill(' ');
  unsigned sum = 0;
  for (const std::byte byte : bytes_of(header)) sum += static_cast<unsigned>(byte);
  header.checksum = {};
  put(header.checksum, fmt::format("{:06o}", sum));
  header.checksum.back() = ' ';
}

TarHeader common_header(std::string_view name, std::uint64_t bytes, TarMode mode) {
  TarHeader header;
  put(header.name, name);
  header.mode = number<8>(static_cast<std::uint64_t>(mode));
  header.uid = header.gid = number<8>(0);
  header.size = number<12>(bytes);
  header.mtime = number<12>(0);
  return header;
}

TarSparse sparse_entry(const TarRun& run) { return {number<12>(run.offset), number<12>(run.bytes)}; }

}  // namespace

TarHeader tar_header(std::string_view name, std::uint64_t bytes, TarMode mode) {
  TarHeader header = common_header(name, bytes, mode);
  put(header.magic_and_version, std::string_view("ustar\0"
                                                 "00",
                                                 8));
  seal(header);
  return header;
}

std::string tar_member(std::string_view name, std::string_view content, TarMode mode) {
  const TarHeader header = tar_header(name, content.size(), mode);
  std::string member(view_of(header));
  member += content;
  member.resize(round_up(member.size(), kTarBlock));
  return member;
}

SparseTarHeader sparse_tar_header(std::string_view name, std::uint64_t real_size, std::vector<TarRun> runs) {
  std::uint64_t stored = 0;
  for (const TarRun& run : runs) stored += run.bytes;
  // A hole at the end is shown by a run of nothing behind it.
  if (runs.empty() || runs.back().offset + runs.back().bytes < real_size) runs.push_back({real_size, 0});

  SparseTarHeader made{common_header(name, stored, TarMode::plain), {}};
  TarHeader& header = made.header;
  header.type = 'S';
  put(header.magic_and_version, "ustar  ");
  header.real_size = number<12>(real_size);
  std::span<const TarRun> rest = runs;
  const auto fill = [&rest](auto& block) {
    const std::size_t count = std::min(rest.size(), block.sparse.size());
    std::ranges::transform(rest.first(count), block.sparse.begin(), sparse_entry);
    rest = rest.subspan(count);
    block.is_extended = !rest.empty();
  };
  fill(header);
  while (!rest.empty()) fill(made.more.emplace_back());
  seal(header);
  return made;
}

}  // namespace wick::tool
