// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Memory that the device reads and writes at the same time as we do. Every access to it goes through these, so that a
// value is fetched once (and can't change between check and use) and the order that virtio 1.2 §2.7.13 asks for holds,
// for a device that is a thread of another processor and for one that is hardware with coherent DMA.

namespace wick::drivers {

template <typename T>
T load(const T& from) {
  T value;
  __atomic_load(&from, &value, __ATOMIC_RELAXED);
  return value;
}

/// What the device wrote before it published `from` is visible afterwards.
template <typename T>
T load_acquire(const T& from) {
  T value;
  __atomic_load(&from, &value, __ATOMIC_ACQUIRE);
  return value;
}

template <typename T>
void store(T& to, T value) {
  __atomic_store(&to, &value, __ATOMIC_RELAXED);
}

/// All that was written before is visible to whoever sees `value`.
template <typename T>
void store_release(T& to, T value) {
  __atomic_store(&to, &value, __ATOMIC_RELEASE);
}

/// Between publishing an index and reading the peer's wish for an event: a store followed by a load of another address
/// may pass each other even on x86.
inline void fence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

}  // namespace wick::drivers
