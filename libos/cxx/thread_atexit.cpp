// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Destructors of thread_local objects. libc++abi hands each one over as it is constructed; they run when their thread
// ends, and the first thread's when the program exits.

#include <cstdlib>

#include "sched/thread_data.h"
#include "trace/log.h"

namespace {

struct Registered {
  Registered* next;
  void (*destroy)(void*);
  void* object;
};

thread_local constinit Registered* registered = nullptr;
constinit bool at_exit_too = false;

}  // namespace

namespace wick::sched {

void run_thread_local_destructors() {
  while (Registered* first = registered) {
    registered = first->next;
    first->destroy(first->object);
    std::free(first);
  }
}

}  // namespace wick::sched

extern "C" int __cxa_thread_atexit_impl(void (*destroy)(void*), void* object, void*) {
  auto* entry = static_cast<Registered*>(std::malloc(sizeof(Registered)));
  if (!entry) wick::panic("no memory to register a thread_local destructor");
  // Registered late, so that it runs before the destructors of static objects (C++ [basic.start.term]).
  if (!at_exit_too) at_exit_too = std::atexit(wick::sched::run_thread_local_destructors) == 0;
  *entry = {registered, destroy, object};
  registered = entry;
  return 0;
}
