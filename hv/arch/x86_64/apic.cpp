// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Local APIC: Intel SDM volume 3, chapter 11. I/O APIC: Intel 82093AA datasheet, §3.

#include "arch/apic.h"

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"

namespace wick::hv {
namespace {

enum class Register : std::uint32_t {  // MMIO offsets; x2APIC MSRs are at base + offset / 16
  id = 0x20,
  end_of_interrupt = 0xb0,
  spurious = 0xf0,
  timer = 0x320,
  timer_initial = 0x380,
  timer_current = 0x390,
  timer_divide = 0x3e0,
};

constexpr Gpa kLocalApic{0xfee00000}, kIoApic{0xfec00000};
constexpr std::uint32_t kEnable = 1u << 8, kActiveLow = 1u << 13;
constexpr std::uint64_t kX2Apic = 1u << 10;
constexpr std::uint32_t kDivideBy1 = 0xb, kDivideBy128 = 0xa;

bool x2apic, io_apic_mapped;
unsigned next_event = static_cast<unsigned>(Event::first_device);

std::uint32_t read(Register reg) {
  const auto offset = static_cast<std::uint32_t>(reg);
  if (x2apic)
    return static_cast<std::uint32_t>(read_msr(Msr{static_cast<std::uint32_t>(Msr::x2apic_base) + offset / 16}));
  return *reinterpret_cast<volatile std::uint32_t*>(raw(kLocalApic) + offset);
}

void write(Register reg, std::uint32_t value) {
  const auto offset = static_cast<std::uint32_t>(reg);
  if (x2apic)
    write_msr(Msr{static_cast<std::uint32_t>(Msr::x2apic_base) + offset / 16}, value);
  else
    *reinterpret_cast<volatile std::uint32_t*>(raw(kLocalApic) + offset) = value;
}

void write_io_apic(std::uint32_t index, std::uint32_t value) {
  auto* window = reinterpret_cast<volatile std::uint32_t*>(raw(kIoApic));
  window[0] = index;
  window[4] = value;
}

}  // namespace

Status start_apic() {
  if (cpuid(1).ecx & (1u << 21)) {
    x2apic = true;
    write_msr(Msr::apic_base, read_msr(Msr::apic_base) | kX2Apic);
  } else if (!map_device(kLocalApic, kPage)) {
    return Status::io_error;
  }
  write(Register::spurious, kEnable | kSpuriousVector);
  write(Register::timer_divide, kDivideBy1);
  write(Register::timer, kTimerVector);
  return Status::ok;
}

void end_of_interrupt() { write(Register::end_of_interrupt, 0); }

unsigned allocate_event() { return next_event < kEventCount - 1 ? next_event++ : kEventCount - 1; }

MessageInterrupt message_interrupt(unsigned event) {
  install_event_vector(event);
  const std::uint32_t id = x2apic ? read(Register::id) : read(Register::id) >> 24;
  return {kLocalApic + (static_cast<std::uint64_t>(id) << 12), kFirstEventVector + event};
}

void route_interrupt(std::uint32_t global_interrupt, unsigned event, bool active_low) {
  if (!io_apic_mapped) io_apic_mapped = map_device(kIoApic, kPage);
  if (!io_apic_mapped) return;
  install_event_vector(event);
  write_io_apic(0x11 + 2 * global_interrupt, 0);  // to APIC id 0
  write_io_apic(0x10 + 2 * global_interrupt, kFirstEventVector + event + (active_low ? kActiveLow : 0));
}

void start_apic_timer(std::uint64_t ticks) {
  const unsigned shift = ticks >> 32 ? 7 : 0;
  auto& cpu = this_cpu();
  if (shift != cpu.timer_shift) {
    cpu.timer_shift = shift;
    write(Register::timer_divide, shift ? kDivideBy128 : kDivideBy1);
  }
  ticks >>= shift;
  cpu.timer_running = ticks != 0;
  write(Register::timer_initial, ticks >> 32 ? 0xffffffff : static_cast<std::uint32_t>(ticks));
}

std::uint64_t apic_timer_left() {
  return static_cast<std::uint64_t>(read(Register::timer_current)) << this_cpu().timer_shift;
}

}  // namespace wick::hv
