// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The boot story, from the first C++ instruction to the wall.

#include "abi/console.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
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

constexpr std::uint32_t kMultiboot2Magic = 0x36d76289;

Boot boot;

/// Nobody's console is known; a serial port may still have a reader.
[[noreturn]] void give_up_without_platform() {
  if (start_uart()) {
    Line line([](std::string_view text) { write_uart(text.data(), text.size()); });
    line.text(console_line::kCannotStart).text("the hypervisor underneath is none that this image knows:");
    for (const auto* known : platforms()) line.text(" ").text(hypervisor_name(known->id));
    line.end();
  }
  halt_forever();
}

}  // namespace
}  // namespace wick::hv

void hv_start(std::uint32_t magic, std::uint64_t information) {
  using namespace wick;
  using namespace wick::hv;

  if (!ok(choose_platform())) give_up_without_platform();
  auto loader = read_pvh(Gpa{information}, boot);  // first: PVH leaves EAX undefined, but signs its structure
  if (!ok(loader) && magic == kMultiboot2Magic) loader = read_multiboot2(Gpa{information}, boot);
  if (!boot.memory.count && platform->read_memory) platform->read_memory(boot);
  const auto kept = ok(loader) ? keep_loader_data(boot) : Status::ok;
  const auto free = ok(kept) ? build_address_space(boot) : MemoryRange{};
  const auto processor = start_processor();
  const auto devices = platform->init(boot);  // before any refusal: it brings the console up

  if (!ok(loader)) refuse("the loader speaks neither PVH nor multiboot2");
  if (!ok(kept)) refuse("the command line is over 2 KiB or the configuration block over 8 KiB");
  if (!free.length) refuse("no memory region holds the image and its page tables");
  if (processor) refuse(processor);
  if (!ok(devices)) refuse("the platform's clock or interrupt controller is missing");
  if (free.length <= reinterpret_cast<std::uint64_t>(wick_dma_size))
    refuse("the machine has too little memory for this image");

  if (boot.memory.overflowed || boot.devices.overflowed)
    refuse("the machine has more memory regions or devices than hv keeps room for (64 and 16)");

  platform->refresh_clock(clock_page);
  enter_guest(boot, free);
}
