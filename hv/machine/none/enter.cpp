// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `none`: the guest is entered by a plain call, and its exceptions are the machine's end.

#include "machine/enter.h"

#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
#include "devices/masters.h"
#include "guest/death.h"
#include "machine/boot_info.h"
#include "machine/crash_page.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" {
[[noreturn]] void wick_guest_start(const wick::BootInfo* info);
void hv_exception(const wick::hv::Frame& frame);
extern const char wick_dma_size[], wick_image_start[], wick_text_end[];
}

namespace wick::hv {
namespace {

/// As guest/death.h asks for: of a guest that has one life.
struct Machine {
  void describe(CrashRecord& record, const CrashRegisters& at, const Death& death) { hv::describe(record, at, death); }
  bool may_read(Gpa at, std::uint64_t) { return is_mapped(at) && is_mapped(at + 8); }
  bool is_code(std::uint64_t at) { return at >= address_of(wick_image_start) && at < address_of(wick_text_end); }
};

}  // namespace

void enter_guest(Boot& boot, MemoryRange free) {
  const auto size = reinterpret_cast<std::uint64_t>(wick_dma_size);
  const MemoryRange dma = take_front(free, size);
  if (!ok(write_boot_info(boot, {Wall::none, Gpa{reinterpret_cast<std::uint64_t>(&event_page)}, dma, free, nullptr})))
    refuse("the boot information doesn't fit into its page");
  for (unsigned i = 0; i < boot.devices.count; ++i) let_master(boot, i, true);
  map_memory(Gpa{reinterpret_cast<std::uint64_t>(boot_info())}, sizeof(BootInfo), Rights::read);
  wick_guest_start(boot_info());
}

}  // namespace wick::hv

void hv_exception(const wick::hv::Frame& frame) {
  using namespace wick;
  using namespace wick::hv;
  auto& record = crash_page;
  const auto vector = static_cast<std::uint32_t>(frame.vector);
  Machine machine;
  complete(machine, record, registers_of(frame),
           {CrashCause::exception, vector, frame.error_code, vector == kPageFault ? read_cr2() : 0}, 0);
  print("\n");  // the guest may have been within a line
  print_record(record, print);
  power_off(exit_code(record), End::crash);
}
