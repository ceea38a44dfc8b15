// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Time slices without a wall: the guest runs with interrupts on, each of which may find its slice over. They come on a
// stack of their own, as the guest may use its own below the end. Linked for a guest that has slices (Served).

#include "arch/instructions.h"
#include "guest/idle.h"
#include "machine/none/machine.h"
#include "machine/none/x86_64/entry.h"

extern "C" {
extern void (*hv_on_interrupt)();
void hv_sliced_interrupt();
void hv_interrupt(std::uint64_t vector);
void hv_start_slices(const wick::SliceNote& note);
}

namespace wick::hv {
namespace {

/// What an interrupt leaves on the stack, in memory order, its entry's stub first.
struct InterruptFrame {
  std::uint64_t vector, vector_again, rip, cs, rflags, rsp, ss;

  std::uint64_t program_counter() const { return rip; }
  void go_on_at(Gpa function) { rip = raw(function); }
  /// hv runs with interrupts off, and still one came: see vectors.S.
  bool was_masked() const { return !(rflags & INTERRUPTS_ON); }
};

constexpr std::uint8_t kFirst = 0x20, kStack = 4;  // vectors of interrupts; number in the IST
alignas(16) std::uint8_t interrupt_stack[2 * INTERRUPT_ROOM];
static_assert(offsetof(Cpu, task) + offsetof(TaskState, ist) + (kStack - 1) * sizeof(std::uint64_t) == INTERRUPT_STACK);
struct {
  SliceNote slice;
} sliced;

/// The guest as an interrupt has found it.
struct Interrupted : Unwalled {
  InterruptFrame& frame;

  InterruptFrame& registers() { return frame; }
  static const auto& notes() { return sliced; }
  static EventPage& event_page() { return this_cpu().events; }
};

}  // namespace
}  // namespace wick::hv

void hv_start_slices(const wick::SliceNote& note) {
  using namespace wick::hv;
  if (!raw(note.slice)) return;
  sliced.slice = note;
  auto& cpu = this_cpu();
  cpu.task.ist[kStack - 1] = reinterpret_cast<std::uint64_t>(interrupt_stack + sizeof interrupt_stack);
  cpu.interrupt_stack = kStack;
  cpu.events.interrupted = 1;
  for (unsigned vector = kFirst; vector < sizeof cpu.idt / sizeof *cpu.idt; ++vector) cpu.idt[vector].ist = kStack;
  hv_on_interrupt = hv_sliced_interrupt;
  Unwalled::slices() = Slices(note.slice);
  Unwalled::slices().start(Unwalled::now());
  Unwalled::watch();
  enable_interrupts();
}

extern "C" void hv_guest_interrupted(wick::hv::InterruptFrame& frame) {
  using namespace wick::hv;
  hv_interrupt(frame.vector);
  if (frame.was_masked() || Unwalled::in_call()) return;
  Interrupted machine{{}, frame};
  if (pending(machine.event_page(), wick::EventMask{~0ull}) && machine.slices().hurry()) Unwalled::watch();
  if (machine.slices().over(Unwalled::now())) end_slice(machine, Unwalled::crash_page().magic == wick::kCrashMagic);
}
