// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A small ISO 9660 image for tests, as genisoimage lays one out, and the disk that it is.

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/iso9660.h"

namespace wick::test {

class IsoImage final : public metadata::Disk {
 public:
  static constexpr std::size_t kSector = 2048, kDescriptor = 16 * kSector, kRoot = 18 * kSector;

  explicit IsoImage(std::string_view label = "cidata") {
    bytes.resize(19 * kSector);
    std::uint8_t* const at = &bytes[kDescriptor];
    at[0] = at[6] = 1;
    std::memcpy(at + 1, "CD001", 5);
    std::memset(at + 40, ' ', 32);
    std::memcpy(at + 40, label.data(), label.size());
    at[129] = at[130] = kSector >> 8;
    put_record(at + 156, std::string_view("\0", 1), {}, kRoot / kSector, kSector, 2);
    next_ = put_record(&bytes[kRoot], std::string_view("\0", 1), {}, kRoot / kSector, kSector, 2);
  }

  /// @param rock_ridge its name there; empty: it has none
  void add(std::string_view plain, std::string_view rock_ridge, std::string_view content) {
    const auto sector = static_cast<std::uint32_t>(bytes.size() / kSector);
    bytes.resize(bytes.size() + (content.size() + kSector - 1) / kSector * kSector);
    if (!content.empty()) std::memcpy(&bytes[sector * kSector], content.data(), content.size());
    last = folder_ + next_;
    next_ += put_record(&bytes[last], plain, rock_ridge, sector, static_cast<std::uint32_t>(content.size()), 0);
  }

  /// A folder, into which goes what is added from now on.
  void enter(std::string_view plain, std::string_view rock_ridge) {
    const auto sector = static_cast<std::uint32_t>(bytes.size() / kSector);
    bytes.resize(bytes.size() + kSector);
    last = folder_ + next_;
    (void)put_record(&bytes[last], plain, rock_ridge, sector, kSector, 2);
    folder_ = sector * kSector;
    next_ = put_record(&bytes[folder_], std::string_view("\0", 1), {}, sector, kSector, 2);
  }

  bool read(void* to, std::size_t count, std::uint64_t offset) override {
    if (fails || offset > bytes.size() || count > bytes.size() - offset) return false;
    std::memcpy(to, &bytes[offset], count);
    return true;
  }
  std::uint64_t size() const override { return bytes.size(); }

  std::vector<std::uint8_t> bytes;
  std::size_t last = 0;  ///< where the record of the last file is
  bool fails = false;

 private:
  static void put_both(std::uint8_t* to, std::uint32_t value) {
    for (int i = 0; i < 4; i++) to[i] = to[7 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  }

  static std::size_t put_record(std::uint8_t* at, std::string_view plain, std::string_view rock_ridge,
                                std::uint32_t sector, std::uint32_t length, std::uint8_t flags) {
    std::size_t end = 33 + plain.size() + (plain.size() % 2 == 0);
    put_both(at + 2, sector);
    put_both(at + 10, length);
    at[25] = flags;
    at[32] = static_cast<std::uint8_t>(plain.size());
    std::memcpy(at + 33, plain.data(), plain.size());
    if (!rock_ridge.empty()) {
      const std::uint8_t attributes[] = {'P', 'X', 4, 1},
                         name[] = {'N', 'M', static_cast<std::uint8_t>(5 + rock_ridge.size()), 1, 0};
      std::memcpy(at + end, attributes, sizeof attributes);
      std::memcpy(at + end + 4, name, sizeof name);
      std::memcpy(at + end + 9, rock_ridge.data(), rock_ridge.size());
      end += 9 + rock_ridge.size();
    }
    end += end % 2;
    at[0] = static_cast<std::uint8_t>(end);
    return end;
  }

  std::size_t folder_ = kRoot, next_ = 0;
};

}  // namespace wick::test
