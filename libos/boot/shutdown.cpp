// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Somebody pressed the machine's power button, or its owner asked for an orderly end: the program ends as by exit(0),
// its atexit() functions included, unless it has said what else it does then (boot/shutdown.h).

#include "boot/shutdown.h"

#include <cstdlib>

#include "abi/call.h"
#include "abi/event.h"
#include "boot/init.h"
#include "sched/thread.h"
#include "trace/log.h"

namespace wick::boot {

namespace {

void end_program(void*) {
  log::write(log::Level::info, "the machine is asked to power off");
  std::exit(0);
}

}  // namespace

constinit bool (*at_shutdown)() = nullptr;

namespace {

// Handlers may not wait, but atexit() functions may.
void asked(sched::EventHandler&, EventMask) {
  if (at_shutdown && at_shutdown()) return;
  const std::size_t bytes = sched::default_stack() & ~std::size_t{15};
  void* const memory = std::malloc(bytes);
  if (!memory) wick_call_exit(0);
  (void)sched::spawn_on({static_cast<char*>(memory), bytes, false}, "shutdown", end_program, nullptr);
}

constinit sched::EventHandler handler(event_bit(static_cast<unsigned>(Event::shutdown)), asked);

Status watch() {
  handler.attach();
  return Status::ok;
}

}  // namespace

WICK_INIT_STEP(10, "shutdown", watch);

}  // namespace wick::boot
