// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From the bytes of a crash record to what the console's crash block would have said.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "abi/crash.h"
#include "base/text.h"
#include "run/crash.h"

namespace wick::tool {
namespace {

constexpr std::array<std::string_view, 6> kCauses{"none", "exception", "panic", "watchdog", "forbidden", "memory"};

struct Register {
  std::string_view name;
  std::uint64_t CrashRegisters::* value;
};
constexpr Register kRegisters[] = {
    {"rip", &CrashRegisters::rip}, {"rsp", &CrashRegisters::rsp}, {"rbp", &CrashRegisters::rbp},
    {"rax", &CrashRegisters::rax}, {"rbx", &CrashRegisters::rbx}, {"rcx", &CrashRegisters::rcx},
    {"rdx", &CrashRegisters::rdx}, {"rsi", &CrashRegisters::rsi}, {"rdi", &CrashRegisters::rdi},
    {"r8", &CrashRegisters::r8},   {"r9", &CrashRegisters::r9},   {"r10", &CrashRegisters::r10},
    {"r11", &CrashRegisters::r11}, {"r12", &CrashRegisters::r12}, {"r13", &CrashRegisters::r13},
    {"r14", &CrashRegisters::r14}, {"r15", &CrashRegisters::r15}, {"rflags", &CrashRegisters::rflags},
};

/// A guest wrote this: nothing of it may steer a terminal.
std::string printable(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '.');
  return text;
}

std::string hex(std::uint64_t value) { return fmt::format("{:#x}", value); }

}  // namespace

std::optional<CrashReport> read_record(std::string_view bytes) {
  CrashRecord record;
  if (bytes.size() != sizeof record) return {};
  std::memcpy(&record, bytes.data(), sizeof record);
  const auto cause = static_cast<std::size_t>(record.cause);
  if (record.magic != kCrashMagic || record.version != 1 || cause >= kCauses.size()) return {};
  CrashReport report;
  report.cause = kCauses[cause];
  if (record.cause == CrashCause::exception) report.cause += fmt::format(" {}", record.vector);
  report.reason = printable(std::string(record.reason, strnlen(record.reason, sizeof record.reason)));
  for (const std::uint8_t byte : record.build_id) report.build_id += fmt::format("{:02x}", byte);
  for (unsigned i = 0; i < std::min<unsigned>(record.frame_count, kCrashFrames); ++i)
    report.frames.push_back(hex(record.frames[i]));
  report.registers = {{"error-code", hex(record.error_code)},
                      {"fault-address", hex(record.fault_address)},
                      {"time", fmt::format("{}", record.time)},
                      {"restarts", fmt::format("{}", record.restarts)}};
  for (const auto& [name, value] : kRegisters) report.registers.emplace_back(name, hex(record.registers.*value));
  const std::string_view log(record.log, std::min<std::size_t>(record.log_length, sizeof record.log));
  for (const std::string& line : split(log, '\n'))
    if (!line.empty()) report.log.push_back(printable(line));
  return report;
}

}  // namespace wick::tool
