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

/// Of a guest with time slices: its note, and who makes them. No other image links that.
struct SliceStart {
  void (*with)(const SliceNote&);
  SliceNote note;
};

struct Unwalled : Hardware {
  static const EventPage& event_page() { return this_cpu().events; }
  static constexpr bool serve() { return false; }
  static void woke() {}
  static Slices& slices() { return this_cpu().vcpu.slices; }
  static std::uint64_t& in_call() { return this_cpu().vcpu.wall[0]; }
  static void watch() { platform->set_timer(slices().next()); }
  static bool may(Gpa at, std::uint64_t length, bool) { return is_mapped(at) && is_mapped(at + (length - 1)); }
  static bool is_code(std::uint64_t at) { return at >= address_of(wick_image_start) && at < address_of(wick_text_end); }
};

}  // namespace wick::hv
