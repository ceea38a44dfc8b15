// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include "sched/ready.h"

using namespace wick::sched;

namespace {
struct Item {
  Item* next = nullptr;
};
}  // namespace

TEST_CASE("ready list: first come, first served, but for who is put in front or leaves") {
  ReadyList<Item> list;
  Item a, b, c;
  CHECK((list.empty() && !list.take()));
  list.put_last(a);
  list.put_last(b);
  list.put_first(c);
  CHECK(list.take() == &c);
  list.put_last(c);
  CHECK(list.remove(c));  // the last: what comes next stands behind b
  list.put_last(c);
  CHECK(list.take() == &a);
  CHECK(list.remove(b));
  CHECK(list.take() == &c);
  CHECK(list.empty());
  list.put_first(a);
  list.put_last(b);
  CHECK(list.take() == &a);
  CHECK(list.remove(b));
  CHECK((list.empty() && !list.take()));
}

TEST_CASE("urgent lists: the highest priority is known at once, equals stand in a row") {
  UrgentLists<Item> lists;
  Item a, b, c, d;
  CHECK(lists.highest() == 0);
  lists.put(a, 1, false);
  CHECK(lists.highest() == 1);
  lists.put(b, 99, false);
  lists.put(c, 99, true);
  lists.put(d, 64, false);
  CHECK(lists.highest() == 99);
  CHECK(lists.take(99) == &c);
  lists.remove(b, 99);
  CHECK(lists.highest() == 64);
  CHECK(lists.take(64) == &d);
  lists.put(d, 63, false);
  CHECK(lists.highest() == 63);
  CHECK(lists.take(63) == &d);
  CHECK(lists.take(1) == &a);
  CHECK(lists.highest() == 0);
}
