// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Integers of file formats, which have one order of bytes on every machine: a structure of them is what lies in the
// file, since they ask for no alignment and leave no gaps.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace wick::tool {

template <std::unsigned_integral T, std::endian order>
class Stored {
 public:
  constexpr Stored() = default;
  constexpr Stored(T value) : bytes_(std::bit_cast<Bytes>(turned(value))) {}
  constexpr operator T() const { return turned(std::bit_cast<T>(bytes_)); }

 private:
  using Bytes = std::array<std::byte, sizeof(T)>;
  static constexpr T turned(T value) { return order == std::endian::native ? value : std::byteswap(value); }

  Bytes bytes_{};
};

using Big16 = Stored<std::uint16_t, std::endian::big>;
using Big32 = Stored<std::uint32_t, std::endian::big>;
using Big64 = Stored<std::uint64_t, std::endian::big>;
using Little16 = Stored<std::uint16_t, std::endian::little>;
using Little32 = Stored<std::uint32_t, std::endian::little>;
using Little64 = Stored<std::uint64_t, std::endian::little>;
static_assert(sizeof(Big64) == 8 && alignof(Big64) == 1);

/// What lies in the file of a structure of the above.
template <typename T>
  requires std::is_trivially_copyable_v<T>
std::span<const std::byte> bytes_of(const T& wire) {
  return std::as_bytes(std::span(&wire, 1));
}

/// The same, as the text of a file.
template <typename T>
  requires std::is_trivially_copyable_v<T>
std::string_view view_of(const T& wire) {
  return {reinterpret_cast<const char*>(&wire), sizeof wire};
}

/// Each byte is the one before it, and the first is zero: memcmp() knows the fastest way through.
inline bool all_zero(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }

}  // namespace wick::tool
