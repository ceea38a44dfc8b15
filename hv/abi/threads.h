// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a guest keeps its threads, for whoever looks into its memory from outside: a monitor that is asked what they
// do. hv doesn't read it. What stands in the guest's memory is the guest's word, and nothing depends on it.

#include "abi/types.h"

namespace wick {

/// Of a thread, as a byte.
enum class ThreadState : std::uint8_t { ready, running, waiting, ended };
inline constexpr char kThreadStateNames[][8] = {"ready", "running", "waiting", "ended"};

/// A note of NoteType's kind, with this number. Threads are a list of structures that are the guest's own; the note
/// says how many bytes behind a thread's address each of these lies, as words of 8 bytes but for the state.
inline constexpr std::uint32_t kThreadsNote = 8;
struct ThreadsNote {
  Gpa first;             ///< the one that main() runs in
  Gpa running;           ///< where the address stands of the one that runs, or did before there was nothing to run
  std::uint16_t next;    ///< address of another one; 0: that was the last
  std::uint16_t name;    ///< address of a text that ends with a 0
  std::uint16_t state;   ///< ThreadState
  std::uint16_t stack;   ///< stack pointer of the others
  std::uint16_t lowest;  ///< of its stack; 0: the one that LayoutNote tells of
  std::uint16_t end;     ///< of its stack
  std::uint16_t saved_frame, saved_counter;  ///< frame pointer and program counter, behind that stack pointer
};
static_assert(sizeof(ThreadsNote) == 32);

}  // namespace wick
