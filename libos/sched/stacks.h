// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where threads have their stacks: in chunks of several of one size, taken from the heap and kept for later threads, as
// the page below each stack is sealed for good. One seal serves a chunk, and a guest has few of them: the later a
// chunk, the more stacks it has. Pure, tested on the host.

#include <algorithm>
#include <cstddef>
#include <new>

namespace wick::sched {

/// A thread's memory: a page of guard, its stack, and at its end what else belongs to it.
struct Stack {
  char* start = nullptr;
  std::size_t bytes = 0;  ///< of all, whole pages
  bool guarded = false;   ///< else the stack begins with the first byte
};

class Stacks {
 public:
  /// One that a thread has left: large enough, and not so large that it would be a waste. @return start null: none
  Stack take(std::size_t bytes) {
    for (Left** link = &left_; *link; link = &(*link)->next) {
      const Stack stack = (*link)->stack;
      if (stack.bytes < bytes || stack.bytes / 2 >= bytes) continue;
      *link = (*link)->next;
      return stack;
    }
    return {};
  }

  void put(const Stack& stack) { left_ = new (stack.start + stack.bytes - sizeof(Left)) Left{stack, left_}; }

  /// How many the next chunk has. It may take 1/32 of the heap, if that is more than one.
  std::size_t next_chunk(std::size_t bytes, std::size_t heap) {
    const std::size_t wanted = std::size_t{1} << std::min(chunks_++ / kChunksOfOneLength, 16u);
    return std::max(std::size_t{1}, std::min(wanted, heap / 32 / bytes));
  }

 private:
  static constexpr unsigned kChunksOfOneLength = 8;

  struct Left {
    Stack stack;
    Left* next;
  };

  Left* left_ = nullptr;
  unsigned chunks_ = 0;
};

}  // namespace wick::sched
