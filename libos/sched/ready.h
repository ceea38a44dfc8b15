// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Threads that are ready to run. The ordinary ones are one list; those with a priority (1 to 99) have a list each, and
// a bitmap says which of them isn't empty. Who comes next is found in O(1) either way. Pure, tested on the host.

#include <cstdint>

namespace wick::sched {

/// T has a member `next`.
template <typename T>
class ReadyList {
 public:
  bool empty() const { return !first_; }

  void put_last(T& thread) {
    thread.next = nullptr;
    (first_ ? last_->next : first_) = &thread;
    last_ = &thread;
  }
  void put_first(T& thread) {
    thread.next = first_;
    if (!first_) last_ = &thread;
    first_ = &thread;
  }
  /// @return nullptr: there is none
  T* take() {
    T* thread = first_;
    if (thread) first_ = thread->next;
    return thread;
  }
  /// Of a thread that is there, which changes its list: seldom, and so without a link back.
  /// @return false: it isn't there
  bool remove(T& thread) {
    T* before = nullptr;
    for (T* at = first_; at != &thread; at = at->next) {
      if (!at) return false;
      before = at;
    }
    (before ? before->next : first_) = thread.next;
    if (last_ == &thread) last_ = before;
    return true;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;  ///< means something while there is a first one
};

inline constexpr unsigned kMaxPriority = 99;  ///< of the program's
inline constexpr unsigned kAboveAll = 100;    ///< of who serves them

template <typename T>
class UrgentLists {
 public:
  /// The highest priority that somebody here has; 0: there is nobody.
  unsigned highest() const {
    return words_[1]   ? 127 - static_cast<unsigned>(__builtin_clzll(words_[1]))
           : words_[0] ? 63 - static_cast<unsigned>(__builtin_clzll(words_[0]))
                       : 0;
  }
  void put(T& thread, unsigned priority, bool first) {
    words_[priority / 64] |= bit(priority);
    first ? lists_[priority].put_first(thread) : lists_[priority].put_last(thread);
  }
  /// @param priority that highest() has said
  T* take(unsigned priority) {
    T* thread = lists_[priority].take();
    settle(priority);
    return thread;
  }
  void remove(T& thread, unsigned priority) {
    (void)lists_[priority].remove(thread);
    settle(priority);
  }

 private:
  static constexpr std::uint64_t bit(unsigned priority) { return 1ull << priority % 64; }
  void settle(unsigned priority) {
    if (lists_[priority].empty()) words_[priority / 64] &= ~bit(priority);
  }

  std::uint64_t words_[2] = {};
  ReadyList<T> lists_[kAboveAll + 1];  ///< 0 stays empty: the ordinary list is elsewhere
};

}  // namespace wick::sched
