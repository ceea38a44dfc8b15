// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// exit(), atexit() and the destructors of static objects, in one list, last come first run. picolibc's own list ends
// after 32 entries, which large C++ programs need more of; this one grows. After them, streams are written out (C17
// 7.22.4.4); quick_exit(), _Exit() and abort() leave them as they are.

#include <unistd.h>

#include <cstdlib>

#include "posix/streams.h"
#include "sched/lock.h"

extern "C" void __libc_fini_array(void);

namespace {

struct Entry {
  union {
    void (*plain)(void);
    void (*with_object)(void*);
    void (*with_code)(int, void*);  // on_exit()'s
  };
  void* object;
  enum { nothing, object_only, code_and_object } takes;
};

constexpr unsigned kEntries = 32;

struct Chunk {
  Chunk* below;
  unsigned used;
  Entry entries[kEntries];
};

constinit Chunk first{};
constinit Chunk* top = &first;

/// @return false without memory
bool push(const Entry& entry) {
  const wick::sched::Guard guard(wick::sched::State::program);
  if (top->used == kEntries) {
    auto* chunk = static_cast<Chunk*>(std::malloc(sizeof(Chunk)));
    if (!chunk) return false;
    chunk->below = top;
    chunk->used = 0;
    top = chunk;
  }
  top->entries[top->used++] = entry;
  return true;
}

/// @return false when none is left
bool pop(Entry& entry) {
  const wick::sched::Guard guard(wick::sched::State::program);
  while (top->used == 0) {
    if (!top->below) return false;
    top = top->below;
  }
  entry = top->entries[--top->used];
  return true;
}

/// Functions may register others, or call exit() again, while they run.
void run_all(int code) {
  for (Entry entry; pop(entry);) {
    switch (entry.takes) {
      case Entry::nothing:
        entry.plain();
        break;
      case Entry::object_only:
        entry.with_object(entry.object);
        break;
      case Entry::code_and_object:
        entry.with_code(code, entry.object);
        break;
    }
  }
}

}  // namespace

extern "C" {

int atexit(void (*function)(void)) { return push({{.plain = function}, nullptr, Entry::nothing}) ? 0 : -1; }

int __cxa_atexit(void (*function)(void*), void* object, void*) {
  return push({{.with_object = function}, object, Entry::object_only}) ? 0 : -1;
}

int on_exit(void (*function)(int, void*), void* object) {
  return push({{.with_code = function}, object, Entry::code_and_object}) ? 0 : -1;
}

void exit(int code) {
  run_all(code);
  __libc_fini_array();
  if (__stdio_exit) __stdio_exit();
  _exit(code);
}

}  // extern "C"
