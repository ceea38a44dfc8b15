// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stdio wants to be told of, and what it asks for. Weak: a program without streams links none of it.

extern "C" {

/// A second thread is about to start: from now on streams are locked.
[[gnu::weak]] void wick_stdio_is_shared(void);
/// The calling thread ends.
[[gnu::weak]] void wick_stdio_thread_ends(void);
/// Writes out what streams still hold, and gives back what they have read ahead.
[[gnu::weak]] void __stdio_exit(void);

/// Waits for as long as `*word` is `value`.
void wick_stream_wait(const volatile int* word, int value);
void wick_stream_wake(void);

}  // extern "C"
