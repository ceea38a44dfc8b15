// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The image's note of where its threads are (abi/threads.h), for who asks the monitor what they do. Nothing runs for
// it.

#include <cstddef>

#include "abi/note.h"
#include "abi/threads.h"
#include "sched/vcpu.h"

namespace wick::sched {
namespace {

/// ThreadsNote with its head; addresses are the linker's to fill in.
struct [[gnu::packed]] Note {
  NoteHeader header{sizeof kNoteOwner, sizeof(ThreadsNote), kThreadsNote};
  char owner[8] = "Wick";
  const Thread* first = &vcpus[0].first;
  Thread* const* running = &vcpus[0].running;
  std::uint16_t next = offsetof(Thread, older), name = offsetof(Thread, name), state = offsetof(Thread, state),
                stack = offsetof(Thread, context.stack_pointer), lowest = offsetof(Thread, stack.start),
                end = offsetof(Thread, stack_end), saved_frame = arch::kSavedFramePointer,
                saved_counter = arch::kSavedProgramCounter;
};
static_assert(sizeof(Note) == sizeof(NoteHeader) + 8 + sizeof(ThreadsNote));

[[gnu::section(".note.Wick"), gnu::used, gnu::retain, gnu::aligned(4)]] constinit const Note note;

}  // namespace
}  // namespace wick::sched
