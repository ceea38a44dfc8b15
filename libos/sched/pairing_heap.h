// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An intrusive pairing heap: the earliest element in O(1), insert in O(1), removal of any element in amortized
// O(log n), three pointers an element and no allocation. Host-testable; knows nothing of time.

namespace wick::sched {

template <typename T>
struct HeapLinks {
  T* child = nullptr;
  T* sibling = nullptr;   ///< next child of the same parent
  T* previous = nullptr;  ///< previous sibling, or the parent for a first child
};

/// T has a member `heap_links` and a function `earlier(a, b)`.
template <typename T>
class PairingHeap {
 public:
  T* first() const { return root_; }

  void insert(T& element) {
    element.heap_links = {};
    root_ = root_ ? meld(root_, &element) : &element;
  }

  void remove(T& element) {
    T* rest = merge_children(element);
    if (&element == root_) {
      root_ = rest;
    } else {
      cut(element);
      if (rest) root_ = meld(root_, rest);
    }
    element.heap_links = {};
  }

 private:
  static T* meld(T* a, T* b) {
    if (earlier(*b, *a)) {
      T* swap = a;
      a = b;
      b = swap;
    }
    b->heap_links.sibling = a->heap_links.child;
    if (a->heap_links.child) a->heap_links.child->heap_links.previous = b;
    b->heap_links.previous = a;
    a->heap_links.child = b;
    return a;
  }

  static void cut(T& element) {
    T* previous = element.heap_links.previous;
    T* sibling = element.heap_links.sibling;
    if (previous->heap_links.child == &element) {
      previous->heap_links.child = sibling;
    } else {
      previous->heap_links.sibling = sibling;
    }
    if (sibling) sibling->heap_links.previous = previous;
  }

  /// The classic two passes: meld children in pairs, left to right, then the pairs, right to left.
  static T* merge_children(T& parent) {
    T* pairs = nullptr;
    for (T* child = parent.heap_links.child; child;) {
      T* a = child;
      T* b = a->heap_links.sibling;
      child = b ? b->heap_links.sibling : nullptr;
      a->heap_links.sibling = a->heap_links.previous = nullptr;
      if (b) {
        b->heap_links.sibling = b->heap_links.previous = nullptr;
        a = meld(a, b);
      }
      a->heap_links.sibling = pairs;
      pairs = a;
    }
    T* merged = nullptr;
    while (pairs) {
      T* next = pairs->heap_links.sibling;
      pairs->heap_links.sibling = nullptr;
      merged = merged ? meld(merged, pairs) : pairs;
      pairs = next;
    }
    parent.heap_links.child = nullptr;
    return merged;
  }

  T* root_ = nullptr;
};

}  // namespace wick::sched
