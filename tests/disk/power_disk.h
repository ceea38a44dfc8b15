// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The disk that recording_disk.py has written down, event by event, and what it may hold when the power goes off. For
// power_check.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <vector>

namespace wick::power {

using Bytes = std::vector<std::byte>;
inline constexpr std::size_t kSector = 512;

struct Event {
  std::uint32_t kind, number;
  std::uint64_t offset, bytes;
};
static_assert(sizeof(Event) == 24);
enum : std::uint32_t { wrote, done, done_for_good, flush_came, flush_done, told };

struct Write {
  std::uint64_t offset, bytes;
  const std::byte* data;
  bool answered;
};

class RecordedDisk {
 public:
  RecordedDisk(Bytes base, bool lies) : durable_(std::move(base)), lies_(lies) {}

  /// @param data behind the event
  void take(const Event& event, const std::byte* data) {
    switch (event.kind) {
      case wrote:
        since_[event.number] = {event.offset, event.bytes, data, false};
        if (lies_ && since_.size() > kLyingCache) settle(since_.begin()->first);
        break;
      case done:
        if (const auto at = since_.find(event.number); at != since_.end()) at->second.answered = true;
        break;
      case done_for_good:
        settle(event.number);
        break;
      case flush_came:
        for (const auto& [number, write] : since_)
          if (write.answered) covered_[event.number].push_back(number);
        break;
      case flush_done:
        if (!lies_)
          for (const std::uint32_t number : covered_[event.number]) settle(number);
        covered_.erase(event.number);
        break;
      case told:
        promised_ = event.offset;
        break;
      default:
        std::abort();
    }
  }

  /// Sector by sector, or write by write in another order.
  Bytes after_cut(std::mt19937_64& random) const {
    Bytes image = durable_;
    if (random() % 4 == 0) {
      std::vector<const Write*> order;
      for (const auto& [number, write] : since_)
        if (random() % 2) order.push_back(&write);
      std::ranges::shuffle(order, random);
      for (const Write* write : order) std::memcpy(&image[write->offset], write->data, write->bytes);
      return image;
    }
    const unsigned keeps = std::array{0u, 50u, 97u, 100u}[random() % 4];  // of a hundred that have their newest
    std::map<std::uint64_t, std::vector<const std::byte*>> versions;
    for (const auto& [number, write] : since_)
      for (std::uint64_t at = 0; at < write.bytes; at += kSector)
        versions[write.offset + at].push_back(write.data + at);
    for (auto& [offset, all] : versions) {
      const bool newest = random() % 100 < keeps;
      const std::uint64_t choice = newest ? all.size() : random() % (all.size() + 1);
      if (choice > 0) std::memcpy(&image[offset], all[choice - 1], kSector);
    }
    return image;
  }

  std::size_t unflushed() const { return since_.size(); }
  bool in_flush() const { return !covered_.empty(); }
  std::uint64_t promised() const { return promised_; }

 private:
  static constexpr std::size_t kLyingCache = 100;  ///< writes that a disk which lies keeps for itself

  void settle(std::uint32_t number) {
    const auto at = since_.find(number);
    if (at == since_.end()) return;
    std::memcpy(&durable_[at->second.offset], at->second.data, at->second.bytes);
    since_.erase(at);
  }

  Bytes durable_;
  bool lies_;
  std::map<std::uint32_t, Write> since_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> covered_;  ///< writes, by the flush that is under way
  std::uint64_t promised_ = 0;
};

}  // namespace wick::power
