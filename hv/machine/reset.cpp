// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's memory as it was before its first instruction. Only what it has written is touched: text and constants
// can't have changed. DMA memory keeps its bytes, which nobody trusts anyway: a driver clears what it needs cleared.

#include "machine/reset.h"

#include "arch/instructions.h"
#include "arch/speculation.h"
#include "arch/system_state.h"
#include "arch/wipe.h"
#include "machine/boot_info.h"
#include "machine/crash_page.h"
#include "machine/guest.h"
#include "platform/print.h"

extern "C" const char wick_data_start[], wick_stack_top[];

namespace wick::hv {
void keep_pristine_data() { copy_pages(guest.pristine.start, Gpa{address_of(wick_data_start)}, guest.pristine.length); }

void make_pristine(MemoryRange page) {
  const std::uint64_t offset = raw(page.start) - address_of(wick_data_start);
  if (offset < guest.pristine.length)
    copy_pages(page.start, guest.pristine.start + offset, page.length);
  else
    wipe_pages(page.start, page.length);
}

void renew_shared_pages() {
  wipe_pages(Gpa{address_of(&guest_event_page)}, kPage);
  wipe_pages(Gpa{address_of(&crash_page)}, kPage);
  const std::uint64_t restarts = guest.lives.history.count();
  const RestartEntry restart{restarts, Gpa{restarts ? address_of(&last_crash) : 0}};
  const Given given{wall->kind, Gpa{address_of(&guest_event_page)}, guest.dma, guest.heap, &restart};
  if (!ok(write_boot_info(*guest.boot, given))) refuse("the boot information doesn't fit into its page");
}

void renew_processor(const ProcessorState& state) {
  set_vector_state(CleanArea(state));
  reset_system_state();
  forget_branches();
  write_fs_base(state.fs_base);
  wall->set_gs_base(state.gs_base);
}

ProcessorState processor_state() {
  ProcessorState state{read_fs_base(), wall->gs_base()};
  asm volatile("stmxcsr %0; fnstcw %1" : "=m"(state.mxcsr), "=m"(state.x87_control));
  return state;
}

Status set_guest_writable(Gpa start, std::uint64_t length, bool writable) {
  const auto status = set_writable(start, length, writable);
  return ok(status) ? wall->set_writable(start, length, writable) : status;
}

void reset_guest(Vcpu& vcpu) {
  for (const auto& region : guest_map)
    if (is_private(region.kind)) for_each_dirty_page(region, true, make_pristine);
  (void)guest.lives.seals.become(guest_map, {}, set_guest_writable);
  settle_splits(Splits::join_all);
  wall->settle(Splits::join_all);
  renew_shared_pages();
  arm_watchdog(Nanoseconds{0});
  renew_processor({});
  vcpu.registers =
      first_registers(guest.notes.entry.start, Gpa{address_of(wick_stack_top)}, Gpa{address_of(boot_info())});
}

}  // namespace wick::hv
