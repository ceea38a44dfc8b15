// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include "sched/stacks.h"

using wick::sched::Stack;
using wick::sched::Stacks;

TEST_CASE("stacks: what a thread has left is taken again, if it fits and isn't twice as large") {
  alignas(16) static char memory[3][64];
  Stacks stacks;
  CHECK_FALSE(stacks.take(64).start);
  stacks.put({memory[0], 64, true});
  stacks.put({memory[1], 48, false});
  CHECK_FALSE(stacks.take(65).start);
  CHECK_FALSE(stacks.take(16).start);
  const Stack large = stacks.take(49);
  CHECK((large.start == memory[0] && large.bytes == 64 && large.guarded));
  CHECK_FALSE(stacks.take(49).start);
  const Stack other = stacks.take(40);
  CHECK((other.start == memory[1] && other.bytes == 48 && !other.guarded));
  CHECK_FALSE(stacks.take(40).start);
}

TEST_CASE("stacks: 64 chunks are enough for 2,000 threads, and few threads have no more than they need") {
  Stacks stacks;
  std::size_t all = 0;
  for (int i = 0; i < 8; i++) CHECK(stacks.next_chunk(1, 1 << 30) == 1);
  for (int i = 8; i < 64; i++) all += stacks.next_chunk(1, 1 << 30);
  CHECK(all > 2000);
  Stacks poor;
  for (int i = 0; i < 64; i++) CHECK(poor.next_chunk(64 << 10, 1 << 20) == 1);  // a heap of 16 of them
}
