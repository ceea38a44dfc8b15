// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "core/crash_record.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/print.h"
#include "wall/clock.h"

extern "C" const char wick_build_id_note[];

namespace wick::hv {
namespace {

/// In the order of CrashRegisters.
constexpr char kRegisters[][7] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8",
                                  "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"};
static_assert(sizeof(CrashRegisters) == std::size(kRegisters) * sizeof(std::uint64_t));
constexpr std::string_view kCauses[] = {"none", "exception", "panic", "watchdog", "forbidden", "memory"};
constexpr std::uint32_t kUndefined = 6;  // #UD

}  // namespace

[[gnu::section(".bss.hv.shared")]] alignas(4096) CrashRecord crash_page;

void describe(CrashRecord& record, const CrashRegisters& registers, const Death& death) {
  const bool panic = death.cause == CrashCause::exception && death.vector == kUndefined && record.reason[0];
  record.cause = panic ? CrashCause::panic : death.cause;
  if (death.reason) {
    const std::string_view reason{death.reason};
    const auto length = std::min(reason.size(), sizeof record.reason - 1);
    __builtin_memcpy(record.reason, reason.data(), length);
    record.reason[length] = 0;
  } else if (!panic) {
    record.reason[0] = 0;
  }
  record.reason[sizeof record.reason - 1] = 0;
  record.log_length = std::min<std::uint32_t>(record.log_length, sizeof record.log);
  record.version = 1;
  record.vector = death.vector;
  record.error_code = death.error_code;
  record.fault_address = death.fault_address;
  record.registers = registers;
  record.time = raw(clock_now());
  for (unsigned i = 0; i < sizeof record.build_id; ++i)
    record.build_id[i] = static_cast<std::uint8_t>(wick_build_id_note[16 + i]);  // behind note header and "GNU\0"
}

void print_record(const CrashRecord& record) {
  print("\n[wick] crash\n");
  Line cause;
  cause.text("cause=").text(kCauses[static_cast<std::uint32_t>(record.cause)]);
  if (record.cause == CrashCause::exception) cause.text(" ").decimal(record.vector);
  cause.end();
  if (record.reason[0]) Line().text("reason=").text(record.reason).end();
  Line().text("error-code=").hex(record.error_code).end();
  Line().text("fault-address=").hex(record.fault_address).end();
  Line().text("time=").decimal(record.time).end();
  Line().text("restarts=").decimal(record.restarts).end();
  std::uint64_t values[std::size(kRegisters)];
  __builtin_memcpy(values, &record.registers, sizeof values);
  for (unsigned i = 0; i < std::size(kRegisters); ++i) Line().text(kRegisters[i]).text("=").hex(values[i]).end();
  for (unsigned i = 0; i < record.frame_count; ++i) Line().text("frame=").hex(record.frames[i]).end();
  Line id;
  id.text("build-id=");
  for (const auto byte : record.build_id)
    id.text({&"0123456789abcdef"[byte >> 4], 1}).text({&"0123456789abcdef"[byte & 15], 1});
  id.end();
  print("[wick] end of crash\n");
}

}  // namespace wick::hv
