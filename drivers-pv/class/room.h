// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Room for the few objects that a driver or a transport makes: without a heap, and in no byte of the image, since it is
// empty memory until an object is made there.

#include <cstddef>
#include <new>

namespace wick::drivers {

template <typename T, unsigned kMax>
class Room {
 public:
  constexpr Room() = default;

  unsigned count() const { return count_; }
  bool full() const { return count_ == kMax; }

  /// A new object, in the place of the last one unless that was kept. Only when there is room.
  T& make() { return *new (memory_[count_]) T; }
  /// The object that was made stays as long as the machine.
  void keep() { ++count_; }

 private:
  alignas(T) std::byte memory_[kMax][sizeof(T)]{};
  unsigned count_ = 0;
};

}  // namespace wick::drivers
