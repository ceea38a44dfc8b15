// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine of wall `none`, as hv/guest asks for one, of a guest that has one life and no boundary. The guest drives
// the devices itself, so there is nothing to serve.

#include "arch/interrupts.h"
#include "arch/paging.h"
#include "base/memory.h"
#include "machine/hardware.h"

extern "C" const char wick_image_start[], wick_text_end[];

namespace wick::hv {

struct Unwalled : Hardware {
  static const EventPage& event_page() { return this_cpu().events; }
  static constexpr bool serve() { return false; }
  static void woke() {}
  static bool may(Gpa at, std::uint64_t length, bool) { return is_mapped(at) && is_mapped(at + (length - 1)); }
  static bool is_code(std::uint64_t at) { return at >= address_of(wick_image_start) && at < address_of(wick_text_end); }
};

}  // namespace wick::hv
