// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The guest's first function: from BootInfo to main(), and from main()'s result to the end of the machine.

#include "boot/start.h"

#include <cstdlib>

#include "abi/call.h"
#include "boot/arguments.h"
#include "boot/boot_info.h"
#include "boot/checkpoint.h"
#include "boot/end.h"
#include "boot/init.h"
#include "boot/layers.h"
#include "memory/thread_local.h"
#include "sched/lock.h"
#include "time/clock.h"
#include "trace/console.h"
#include "trace/log.h"
#include "trace/record.h"

extern "C" {
extern const char wick_config_start[], wick_config_end[];
void __libc_init_array(void);
int application_main(int, char**, char**) asm("main");
}

namespace wick::boot {

namespace {

constinit Facts the_facts;
constinit End* ends = nullptr;

template <typename T>
T* page(Gpa address) {
  return reinterpret_cast<T*>(raw(address));
}

void check(const char* wrong) {
  if (wrong) refuse(wrong);
}

void start_thread_local() {
  const memory::ThreadLocalLayout layout = memory::thread_local_layout();
  void* block = memory::the_heap.take(layout.bytes, layout.alignment);
  if (!block) refuse("the heap is too small for the first thread");
  void* thread_pointer = memory::make_thread_local(block);
  arch::start_thread_pointer(thread_pointer);
  sched::start(page<EventPage>(the_facts.pages.event), thread_pointer);
}

/// From the start of the heap, before malloc() owns it.
void start_arguments() {
  Arguments arguments;
  const auto room = [](std::size_t bytes) { return memory::the_heap.take(bytes, alignof(char*)); };
  if (!make_arguments(arguments, room)) refuse("the heap is too small for the arguments");
  use_arguments(arguments);
}

/// What the console still has goes out first. The monitor hands the code to whoever started it, and bare walls print
/// it.
[[noreturn]] void end_machine(std::uint32_t code) {
  const Wall wall = the_facts.platform.wall;
  console::finish(wall != Wall::hosted && wall != Wall::process);
  wick_call_exit(code);
}

void run_init_steps() {
  for (const InitStep* step = wick_init_start; step != wick_init_end; step++) {
    if (const Status status = step->run(); !ok(status)) {
      log::write(log::Level::debug, "start step '%s' failed with status %d", step->name, static_cast<int>(status));
      end_machine(raw(ExitCode::refused));
    }
  }
}

}  // namespace

void at_end(End& end) {
  end.next = ends;
  ends = &end;
}

const Facts& facts() { return the_facts; }

std::span<const std::uint8_t> seed() { return find(*the_facts.info, BootTag::seed); }

[[noreturn, gnu::no_stack_protector]] void start(const BootInfo* info) {
  check(read(info, the_facts, memory::the_heap));
  begin_lives(the_facts.generation);
  seed_stack_guard(the_facts.seed);
  trace::use_crash_page(page<CrashRecord>(the_facts.pages.crash));
  time::use_clock_page(page<ClockPage>(the_facts.pages.clock));
  const std::string_view baked{wick_config_start, static_cast<std::size_t>(wick_config_end - wick_config_start)};
  check(config::set_layers(baked, the_facts.configuration, the_facts.command_line));
  set_log_level();
  start_thread_local();
  start_arguments();
  print_banner(the_facts);
  run_init_steps();
  sched::release(sched::State::threads);
  __libc_init_array();
  std::exit(application_main(arguments().count, arguments().values, arguments().environment));
}

}  // namespace wick::boot

extern "C" [[noreturn, gnu::no_stack_protector]] void wick_guest_start(const wick::BootInfo* info) {
  wick::boot::start(info);
}

extern "C" void _exit(int code) {
  using namespace wick::boot;
  wick::sched::hold(wick::sched::State::program);  // behind this no other thread runs
  while (const End* end = ends) {
    ends = end->next;
    end->finish();
  }
  end_machine(static_cast<std::uint32_t>(code) & 0xff);
}
