// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in memory that can lose its power: what was written since the last flush then survives sector by sector or
// doesn't, whatever its order.

#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "wickfs/disk.h"

namespace wick::wickfs {

class ForgetfulDisk final : public Disk {
 public:
  explicit ForgetfulDisk(std::uint64_t blocks) : content_(blocks * kBlockBytes) {}
  explicit ForgetfulDisk(std::vector<std::byte> content) : content_(std::move(content)) {}

  bool read(std::uint64_t block, void* to, std::size_t count) override {
    off_ = !powered();
    if (off_ || !reaches(block, count)) return false;
    reads += count;
    std::memcpy(to, &content_[block * kBlockBytes], count * kBlockBytes);
    return true;
  }

  bool write(std::uint64_t block, const void* from, std::size_t count) override {
    if (off_ || !reaches(block, count) || read_only_) return false;
    off_ = !powered();  // the cut of the power comes into this one
    const auto* bytes = static_cast<const std::byte*>(from);
    if (!remembers) std::memcpy(&content_[block * kBlockBytes], from, count * kBlockBytes);
    for (std::size_t sector = 0; remembers && sector < count * kSectors; sector++) {
      const std::uint64_t at = block * kSectors + sector;
      auto& versions = unflushed_[at];
      if (versions.empty()) versions.push_back(sector_at(at));
      std::memcpy(&content_[at * kSector], bytes + sector * kSector, kSector);
      versions.push_back(sector_at(at));
    }
    return !off_;
  }

  bool flush() override {
    off_ = !powered();
    if (off_) return false;
    flushes++;
    if (!lies) unflushed_.clear();
    return true;
  }

  std::uint64_t blocks() const override { return content_.size() / kBlockBytes; }
  bool read_only() const override { return read_only_; }

  /// What may be found after a cut of the power: of each unflushed sector any version since the flush.
  /// @param keeps of a hundred, how many sectors have their newest
  template <typename Random>
  std::vector<std::byte> after_cut(Random& random, unsigned keeps) const {
    std::vector<std::byte> image = content_;
    for (const auto& [sector, versions] : unflushed_) {
      if (random() % 100 < keeps) continue;
      const Sector& chosen = versions[random() % versions.size()];
      std::memcpy(&image[sector * kSector], chosen.data(), kSector);
    }
    return image;
  }

  void cut_after(std::uint64_t calls) { left_ = calls; }
  void set_read_only() { read_only_ = true; }
  void grow(std::uint64_t blocks) { content_.resize(blocks * kBlockBytes); }
  std::vector<std::byte>& content() { return content_; }

  std::uint64_t flushes = 0, reads = 0;
  bool lies = false;       ///< flush() does nothing
  bool remembers = false;  ///< what wasn't flushed, for after_cut()

 private:
  static constexpr std::uint64_t kForever = ~std::uint64_t{0};
  static constexpr std::size_t kSector = 512, kSectors = kBlockBytes / kSector;
  using Sector = std::vector<std::byte>;

  bool reaches(std::uint64_t block, std::size_t count) const { return block <= blocks() && count <= blocks() - block; }
  bool powered() {
    if (off_ || left_ == 0) return false;
    if (left_ != kForever) left_--;
    return true;
  }
  Sector sector_at(std::uint64_t at) const {
    const auto start = content_.begin() + static_cast<std::ptrdiff_t>(at * kSector);
    return {start, start + kSector};
  }

  std::vector<std::byte> content_;
  std::map<std::uint64_t, std::vector<Sector>> unflushed_;
  std::uint64_t left_ = kForever;  ///< calls
  bool off_ = false, read_only_ = false;
};

}  // namespace wick::wickfs
