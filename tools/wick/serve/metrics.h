// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick serve` counts, and how Prometheus reads it (its text format, version 0.0.4). Pure.

#include <array>
#include <cstdint>
#include <string>

namespace wick::tool {

class Histogram {
 public:
  static constexpr std::array<unsigned, 12> kBounds{1, 2, 3, 5, 8, 15, 30, 60, 125, 250, 1000, 5000};  ///< milliseconds
  void add(double milliseconds);
  /// Lines of the page.
  std::string text(const std::string& name) const;

 private:
  std::array<std::uint64_t, kBounds.size()> counts_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

struct Metrics {
  std::uint64_t restores = 0, suspends = 0, failures = 0, handed = 0, refused = 0;
  std::uint64_t appliances = 0, awake = 0, waiting = 0;
  Histogram wake;  ///< from a client's coming to the guest's taking it

  std::string page() const;
};

}  // namespace wick::tool
