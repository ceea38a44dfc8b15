// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `none`: the guest is entered by a plain call, and its exceptions are the machine's end.

#include "machine/enter.h"

#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
#include "devices/masters.h"
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

bool read_words(Gpa at, std::uint64_t (&words)[2]) {
  if (!is_mapped(at) || !is_mapped(at + 8)) return false;
  __builtin_memcpy(words, reinterpret_cast<const void*>(raw(at)), sizeof words);
  return true;
}

bool is_code(std::uint64_t address) {
  return address >= reinterpret_cast<std::uint64_t>(wick_image_start) &&
         address < reinterpret_cast<std::uint64_t>(wick_text_end);
}

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
  describe(record, registers_of(frame),
           {CrashCause::exception, vector, frame.error_code, vector == kPageFault ? read_cr2() : 0});
  collect_frames(record, read_words, is_code);
  record.magic = kCrashMagic;
  print("\n");  // the guest may have been within a line
  print_record(record, print);
  power_off(exit_code(record), End::crash);
}
