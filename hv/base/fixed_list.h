// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A list without a heap. Depends on nothing.

namespace wick::hv {

/// A list with room for a fixed number; what doesn't fit is dropped and remembered.
template <typename T, unsigned N>
struct FixedList {
  static constexpr unsigned kCapacity = N;
  T items[N];
  unsigned count = 0;
  bool overflowed = false;

  void add(const T& item) {
    if (count < N)
      items[count++] = item;
    else
      overflowed = true;
  }
  const T* begin() const { return items; }
  const T* end() const { return items + count; }
};

}  // namespace wick::hv
