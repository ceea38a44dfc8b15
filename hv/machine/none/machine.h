// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine of wall `none`, as hv/guest asks for one, of a guest that has one life and no boundary. The guest drives
// the devices itself, so there is nothing to serve.

#include "abi/note.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
#include "base/memory.h"
#include "machine/hardware.h"
#include "platform/platform.h"

extern "C" const char wick_image_start[], wick_text_end[];

namespace wick::hv {

/// What only some guests have, by a section of theirs, as others have a note: time slices, a look at faults. Whoever
/// serves it is linked for them alone.
struct Served {
  void (*start)(const SliceNote&);
  SliceNote note;  ///< of faults its function alone counts
};

struct Unwalled : Hardware {
  static const EventPage& event_page() { return this_cpu().events; }
  static constexpr bool serve() { return false; }
  static void woke() {}
  static Slices& slices() { return this_cpu().vcpu.slices; }
  static std::uint64_t& in_call() { return this_cpu().vcpu.wall[0]; }
  static void watch() { platform->set_timer(slices().next()); }
  static bool may(Gpa at, std::uint64_t length, bool) { return is_mapped(at) && is_mapped(at + (length - 1)); }
  [[noreturn]] static void end(const CrashRegisters& registers, const Death& death);
  static bool is_code(std::uint64_t at) { return at >= address_of(wick_image_start) && at < address_of(wick_text_end); }
};

/// Of a guest that an exception has stopped.
Death death_of(const Frame& frame);

}  // namespace wick::hv
