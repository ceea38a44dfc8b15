// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk as readers of its file system see it. Whoever made what is on it isn't trusted.

#include <cstddef>
#include <cstdint>

namespace wick::metadata {

class Disk {
 public:
  /// @return whether all of it was there
  virtual bool read(void* to, std::size_t bytes, std::uint64_t offset) = 0;
  virtual std::uint64_t size() const = 0;

 protected:
  ~Disk() = default;
};

}  // namespace wick::metadata
