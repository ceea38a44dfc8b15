// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that the network's process waits for, and the list that chains objects through themselves.

#include <sys/epoll.h>

#include <cstdint>

namespace wick::monitor {

struct Source {
  enum class Kind { frames, end, listener, connection, datagrams, flow, keeper } kind;
  int file = -1;
};

class Poller {
 public:
  bool open() { return (file_ = epoll_create1(EPOLL_CLOEXEC)) >= 0; }
  int file() const { return file_; }
  bool add(Source& source, std::uint32_t events) { return control(EPOLL_CTL_ADD, source, events); }
  bool change(Source& source, std::uint32_t events) { return control(EPOLL_CTL_MOD, source, events); }

 private:
  bool control(int what, Source& source, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &source;
    return epoll_ctl(file_, what, source.file, &event) == 0;
  }
  int file_ = -1;
};

/// A doubly linked list of what can be in it once. `Member` is the item's link.
template <typename Item>
struct Link {
  Item* before = nullptr;
  Item* behind = nullptr;
  bool in = false;
};

template <typename Item, Link<Item> Item::* Member>
class Chain {
 public:
  Item* first() const { return first_; }
  static Item* behind(const Item& item) { return (item.*Member).behind; }

  /// At the end; where it is already, it stays.
  void add(Item& item) {
    auto& link = item.*Member;
    if (link.in) return;
    link = {last_, nullptr, true};
    (last_ ? (last_->*Member).behind : first_) = &item;
    last_ = &item;
  }
  void remove(Item& item) {
    auto& link = item.*Member;
    if (!link.in) return;
    (link.before ? (link.before->*Member).behind : first_) = link.behind;
    (link.behind ? (link.behind->*Member).before : last_) = link.before;
    link = {};
  }

 private:
  Item* first_ = nullptr;
  Item* last_ = nullptr;
};

}  // namespace wick::monitor
