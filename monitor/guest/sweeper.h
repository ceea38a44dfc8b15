// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a guest has written in a life that is over. To free its pages one by one takes a millisecond for each 16 MiB, so
// a guest that returns to its checkpoint doesn't wait for it: the pages are moved aside, tables and all, which leaves
// the mapping as it was before the first write, and a thread of their own frees them meanwhile.

#include <pthread.h>

#include <cstdint>

namespace wick::monitor {

class Sweeper {
 public:
  /// Before the jail. @return false when the system refuses a thread
  bool start();
  bool on() const { return on_; }

  /// Whether the last life's pages are gone; until then nothing may be taken.
  bool idle() const;
  /// Whole pages, whose mapping stays as if nobody had ever touched them. @return false, with errno
  bool take(std::uint64_t start, std::uint64_t length) const;
  /// All of what was taken lies between. Returns at once.
  void sweep(std::uint64_t start, std::uint64_t end);

 private:
  static void* run(void* self);

  bool on_ = false;
  pthread_t thread_{};
  std::uint64_t start_ = 0, end_ = 0;
  std::uint32_t work_ = 0;  ///< a futex: whether the thread has any
};

}  // namespace wick::monitor
