// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/pc.h"

#include "arch/apic.h"
#include "arch/cpu.h"
#include "arch/instructions.h"
#include "base/command_line.h"
#include "base/number.h"
#include "devices/uart.h"
#include "devices/x86_64/acpi.h"
#include "platform/clock.h"
#include "platform/print.h"

namespace wick::hv::pc {
namespace {

std::uint16_t exit_port = 0;
Gpa rsdp{};
bool reboots_at_end = false;

}  // namespace

Status init(Boot& boot) {
  // The two 8259s would deliver on exception vectors: all their inputs are masked.
  port_out<std::uint8_t>(0x21, 0xff);
  port_out<std::uint8_t>(0xa1, 0xff);
  if (start_uart()) boot.use(Interface::uart);
  if (const auto status = start_apic(); !ok(status)) return status;
  boot.use(Interface::apic_timer);
  if (const auto port = parse_number(command_line_value(boot.command_line, "wick.exit_port")); port.ok) {
    exit_port = static_cast<std::uint16_t>(port.value);
    boot.use(Interface::exit_port);
  }
  rsdp = boot.rsdp;
  if (raw(rsdp)) boot.use(Interface::acpi_power_off);
  reboots_at_end = command_line_value(boot.command_line, "wick.at_end") == "reboot";
  watch_power_button(rsdp);
  boot.has_machine = true;
  return Status::ok;
}

bool timer_stands(Nanoseconds deadline) { return deadline == this_cpu().timer && this_cpu().timer_running; }

void set_timer(Nanoseconds deadline) {
  if (timer_stands(deadline)) return;  // spare the exit
  const auto now = clock_now();
  this_cpu().timer = deadline;
  start_apic_timer(deadline == kNever ? 0 : deadline > now ? raw(deadline) - raw(now) : 1);
}

void console(const char* bytes, std::size_t count) { write_uart(bytes, count); }

void idle() { halt_until_interrupt(); }

void power_off(std::uint32_t code, End) {
  if (exit_port) port_out<std::uint32_t>(exit_port, code);
  (reboots_at_end ? acpi_reset : acpi_power_off)(rsdp);
  // A machine without ACPI restarts by a triple fault, which its runner takes as the end (QEMU -no-reboot).
  const struct [[gnu::packed]] {
    std::uint16_t limit;
    std::uint64_t base;
  } no_idt{0, 0};
  asm volatile("lidt %0; int3" ::"m"(no_idt));
}

bool has_signature(const char (&signature)[13], std::uint32_t leaf) {
  const auto shown = cpuid(leaf);
  return __builtin_memcmp(&shown.ebx, signature, 4) == 0 && __builtin_memcmp(&shown.ecx, signature + 4, 4) == 0 &&
         __builtin_memcmp(&shown.edx, signature + 8, 4) == 0;
}

}  // namespace wick::hv::pc
