// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a bare machine does for a guest whether there is a wall or not: time, idling, random numbers; the page for its
// last words, and which image this is.

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "arch/random.h"
#include "guest/crash_record.h"
#include "platform/clock.h"

namespace wick::hv {

/// The pages that the guest prepares, one a vCPU: its last words are there before anything goes wrong.
extern CrashRecord crash_pages[kCpus];

/// The part of a Machine, as hv/guest asks for one, that is the same with and without a wall.
struct Hardware {
  static constexpr bool interrupted() { return false; }
  static Nanoseconds now() { return clock_now(); }
  static bool timer_fired() { return !this_cpu().timer_running; }  // of Xen's nobody knows
  static void accept() { accept_interrupts(); }
  static void sleep(Nanoseconds deadline);
  static CallResult wall_clock();
  /// Non-maskable interrupts come of broken hardware or of somebody's button, and ask for nothing that hv could do: the
  /// first one is told on the console. Now and then, outside of what happens for each request.
  static void report_nmis();
  static CallResult entropy() { return hardware_random(); }
  static BuildId build_id();
  static CrashRecord& crash_page() { return crash_pages[this_cpu().number()]; }
};

}  // namespace wick::hv
