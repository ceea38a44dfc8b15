// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `none`: the guest is entered by a plain call, and its exceptions are the machine's end.

#include "machine/enter.h"

#include "devices/masters.h"
#include "guest/death.h"
#include "machine/boot_info.h"
#include "machine/none/machine.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" {
[[noreturn]] void wick_guest_start(const wick::BootInfo* info);
void hv_exception(const wick::hv::Frame& frame);
extern const char wick_dma_size[];
extern const wick::hv::Served hv_served_start[], hv_served_end[];
}

namespace wick::hv {

void enter_guest(Boot& boot, MemoryRange free) {
  const auto size = reinterpret_cast<std::uint64_t>(wick_dma_size);
  const MemoryRange dma = take_front(free, size);
  auto& events = this_cpu().events;
  write_boot_info(boot, Wall::none, events, dma, free);
  events.yield_ns = 1;  // a function call
  for (unsigned i = 0; i < boot.devices.count; ++i) let_master(boot, i, true);
  map_memory(gpa_of(boot_info()), sizeof(BootInfo), Rights::read);
  for (const auto* served = hv_served_start; served != hv_served_end; ++served) served->start(served->note);
  wick_guest_start(boot_info());
}

Death death_of(const Frame& frame) {
  const auto vector = static_cast<std::uint32_t>(frame.vector);
  return {CrashCause::exception, vector, frame.error_code, vector == kPageFault ? fault_address() : 0};
}

void Unwalled::end(const CrashRegisters& registers, const Death& death) {
  Unwalled machine;
  auto& record = machine.crash_page();
  complete(machine, record, registers, death, 0);
  print("\n");  // the guest may have been within a line
  print_record(record, print);
  power_off(exit_code(record), End::crash);
}

}  // namespace wick::hv

void hv_exception(const wick::hv::Frame& frame) {
  using namespace wick::hv;
  Unwalled::end(registers_of(frame), death_of(frame));
}
