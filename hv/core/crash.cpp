// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "core/crash.h"

#include <string_view>

#include "arch/interrupts.h"
#include "arch/paging.h"
#include "core/print.h"
#include "platform/platform.h"
#include "wall/clock.h"

extern "C" const char wick_image_start[], wick_text_end[], wick_build_id_note[];

namespace wick::hv {
namespace {

struct RegisterName {
  std::string_view name;
  std::uint64_t CrashRegisters::* value;
};
constexpr RegisterName kRegisters[] = {
    {"rip", &CrashRegisters::rip}, {"rsp", &CrashRegisters::rsp}, {"rbp", &CrashRegisters::rbp},
    {"rax", &CrashRegisters::rax}, {"rbx", &CrashRegisters::rbx}, {"rcx", &CrashRegisters::rcx},
    {"rdx", &CrashRegisters::rdx}, {"rsi", &CrashRegisters::rsi}, {"rdi", &CrashRegisters::rdi},
    {"r8", &CrashRegisters::r8},   {"r9", &CrashRegisters::r9},   {"r10", &CrashRegisters::r10},
    {"r11", &CrashRegisters::r11}, {"r12", &CrashRegisters::r12}, {"r13", &CrashRegisters::r13},
    {"r14", &CrashRegisters::r14}, {"r15", &CrashRegisters::r15}, {"rflags", &CrashRegisters::rflags},
};

/// A return address that can be one.
bool is_code(std::uint64_t address) {
  return address >= reinterpret_cast<std::uint64_t>(wick_image_start) &&
         address < reinterpret_cast<std::uint64_t>(wick_text_end);
}

/// Follows the chain of frame pointers, which a broken guest may have bent: every step must lead to mapped memory
/// further up.
void collect_frames(CrashRecord& record) {
  record.frames[0] = record.registers.rip;
  record.frame_count = 1;
  std::uint64_t frame = record.registers.rbp;
  while (record.frame_count < kCrashFrames && frame % 8 == 0 && is_mapped(Gpa{frame}) && is_mapped(Gpa{frame + 8})) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(frame);
    if (!is_code(words[1])) break;
    record.frames[record.frame_count++] = words[1];
    if (words[0] <= frame) break;
    frame = words[0];
  }
}

void print_record(const CrashRecord& record) {
  const bool panic = record.cause == CrashCause::panic;
  print("\n[wick] crash\n");
  if (panic)
    Line().text("cause=panic").end();
  else
    Line().text("cause=exception ").decimal(record.vector).end();
  if (panic) Line().text("reason=").text(record.reason).end();
  Line().text("error-code=").hex(record.error_code).end();
  Line().text("fault-address=").hex(record.fault_address).end();
  Line().text("time=").decimal(record.time).end();
  for (const auto& [name, value] : kRegisters) Line().text(name).text("=").hex(record.registers.*value).end();
  for (unsigned i = 0; i < record.frame_count; ++i) Line().text("frame=").hex(record.frames[i]).end();
  Line id;
  id.text("build-id=");
  for (const auto byte : record.build_id)
    id.text({&"0123456789abcdef"[byte >> 4], 1}).text({&"0123456789abcdef"[byte & 15], 1});
  id.end();
  print("[wick] end of crash\n");
}

}  // namespace

[[gnu::section(".bss.hv.pages")]] alignas(4096) CrashRecord crash_page;

void crash(const CrashRegisters& registers, std::uint32_t vector, std::uint64_t error_code,
           std::uint64_t fault_address) {
  auto& record = crash_page;
  // libos fills in a reason before it gives up with an undefined instruction.
  record.cause = record.reason[0] ? CrashCause::panic : CrashCause::exception;
  record.reason[sizeof record.reason - 1] = 0;
  record.version = 1;
  record.vector = vector;
  record.error_code = error_code;
  record.fault_address = fault_address;
  record.registers = registers;
  record.time = raw(clock_now());
  for (unsigned i = 0; i < sizeof record.build_id; ++i)
    record.build_id[i] = static_cast<std::uint8_t>(wick_build_id_note[16 + i]);  // behind note header and "GNU\0"
  collect_frames(record);
  record.magic = kCrashMagic;
  print_record(record);
  power_off(record.cause == CrashCause::panic ? kExitPanic : kExitException);
}

}  // namespace wick::hv
