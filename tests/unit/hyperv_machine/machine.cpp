// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include "arch/apic.h"
#include "arch/event_routing.h"
#include "arch/instructions.h"
#include "arch/paging.h"
#include "platform/print.h"
#include "platform/x86_64/hyperv/bus/hypercall.h"
#include "platform/x86_64/pc.h"

using namespace wick;
using namespace wick::test;

namespace {

Machine& machine() { return *Machine::current; }

}  // namespace

namespace wick::hv {

Cpu cpus[kCpus];
void (*platform_interrupt)() = nullptr;
const Platform* platform = nullptr;

CpuidResult cpuid(std::uint32_t leaf, std::uint32_t) {
  const Machine& m = machine();
  CpuidResult result{};
  if (leaf == 0x40000000) {
    result.eax = m.leaves;
    std::memcpy(&result.ebx, m.vendor.data(), 12);
  }
  if (leaf == 0x40000001) result.eax = m.interface;
  if (leaf == 0x40000003) result = {m.features, m.calls, 0, m.more};
  return result;
}
std::uint64_t read_msr(Msr msr) {
  auto& value = machine().msrs[static_cast<std::uint32_t>(msr)];
  if (msr == Msr{0x40000020}) value += machine().counter_step;
  return value;
}
void write_msr(Msr msr, std::uint64_t value) {
  machine().msrs[static_cast<std::uint32_t>(msr)] = value;
  machine().deliver();  // that a message has been taken, or where messages go
}
Cycles read_tsc() { return Cycles{machine().tsc += machine().step}; }
unsigned allocate_event() { return 9; }
bool map_memory(Gpa, std::uint64_t length, Rights rights) {
  return machine().mapped_executable = length == kPage && rights == Rights::read_execute;
}
void end_of_interrupt() { ++machine().ends_of_interrupt; }
void print(std::string_view text) { machine().said += text; }
void start_apic_timer(std::uint64_t ticks) { machine().apic_ticks = ticks; }
std::uint64_t apic_timer_left() { return 0xffffffff - 1'000'000; }

namespace pc {
Status init(Boot&) { return Status::ok; }
void idle() {}
void console(const char*, std::size_t) {}
std::uint64_t date_of_epoch() { return 0; }
void power_off(std::uint32_t, End) {}
bool has_signature(const char (&signature)[13], std::uint32_t leaf) {
  const auto shown = cpuid(leaf);
  return std::memcmp(&shown.ebx, signature, 12) == 0;
}
}  // namespace pc

std::uint16_t hyperv::hypercall(std::uint64_t control, std::uint64_t argument) {
  Machine& m = machine();
  if (!(m.msrs[0x40000001] & 1) || !m.mapped_executable || !m.msrs[0x40000000]) return 2;
  if (control == (0x5d | 1 << 16)) {
    m.connections.push_back(static_cast<std::uint32_t>(argument));
    m.host().on_signal(0);
    return 0;
  }
  if (control != 0x5c || argument % 8 != 0 || argument / kPage != (argument + 255) / kPage) return 5;
  const auto& posted = *reinterpret_cast<const PostMessage*>(argument);
  if (posted.connection != 4 || posted.type != 1 || posted.length > 240) return 18;
  if (m.refusals) return --m.refusals, kNoBuffers;
  m.host().answer(Bytes(posted.bytes, posted.bytes + posted.length));
  m.deliver();
  return 0;
}

}  // namespace wick::hv
