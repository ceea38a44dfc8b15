// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The boot story, from the first C++ instruction to the wall.

#include "abi/console.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
#include "devices/finder.h"
#include "devices/uart.h"
#include "machine/boot/loaders.h"
#include "machine/enter.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" {
[[noreturn]] void hv_start(std::uint32_t magic, std::uint64_t information);
extern const char wick_dma_size[];
}

namespace wick::hv {
namespace {

Boot boot;

/// Nobody's console is known; a serial port may still have a reader.
[[noreturn]] void give_up_without_platform() {
  if (start_uart()) {
    Line line([](std::string_view text) { write_uart(text.data(), text.size()); });
    line.add(console_line::kCannotStart).add("the hypervisor underneath is none that this image knows:");
    for (const auto* known = hv_platforms_start; known != hv_platforms_end; ++known)
      line.add(" ").add(hypervisor_name(known->id));
    line.end();
  }
  halt_forever();
}

void tell_of_foreign_network() {
  print_line(print, "[wick] a network device of PCI stays unused, no driver is for vendor and device ",
             Hex{boot.foreign_network & 0xffff}, " ", Hex{boot.foreign_network >> 16});
}

}  // namespace
}  // namespace wick::hv

void hv_start(std::uint32_t magic, std::uint64_t information) {
  using namespace wick;
  using namespace wick::hv;

  if (!ok(choose_platform())) give_up_without_platform();
  auto loader = Status::bad_argument;
  for (const auto* known = hv_loaders_start; !ok(loader) && known != hv_loaders_end; ++known) {
    loader = known->read(magic, Gpa{information}, boot);
    if (ok(loader)) boot.use(known->protocol);
  }
  if (!boot.memory.count && platform->read_memory) platform->read_memory(boot);
  const auto kept = ok(loader) ? keep_loader_data(boot) : Status::ok;
  const auto free = ok(kept) ? build_address_space(boot) : MemoryRange{};
  const auto processor = start_processor();
  const auto ready = platform->init(boot);  // before any refusal: it brings the console up

  if (!ok(loader)) refuse("the loader speaks no boot protocol that hv knows");
  if (!ok(kept)) refuse("the command line is over 2 KiB or the configuration block over 8 KiB");
  if (!free.length) refuse("no memory region holds the image and its page tables");
  if (processor) refuse(processor);
  if (!ok(ready)) refuse("the platform's clock or interrupt controller is missing");
  if (free.length <= reinterpret_cast<std::uint64_t>(wick_dma_size))
    refuse("the machine has too little memory for this image");

  for (const auto* finder = hv_finders_start; finder != hv_finders_end; ++finder) finder->find(boot);
  if (boot.foreign_network) tell_of_foreign_network();
  if (boot.memory.overflowed || boot.devices.overflowed)
    refuse("the machine has more memory regions or devices than hv keeps room for (64 and 16)");

  platform->refresh_clock(clock_page);
  enter_guest(boot, free);
}
