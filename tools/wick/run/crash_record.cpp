// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From the bytes of a crash record to what the console's crash block would have said.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "abi/crash.h"
#include "base/text.h"
#include "run/crash.h"

namespace wick::tool {
namespace {

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
  if (record.magic != kCrashMagic || record.version != 1 || cause >= std::size(kCauseNames)) return {};
  CrashReport report;
  report.cause = kCauseNames[cause];
  if (record.cause == CrashCause::exception) report.cause += fmt::format(" {}", record.vector);
  report.reason = printable(std::string(record.reason, strnlen(record.reason, sizeof record.reason)));
  for (const std::uint8_t byte : record.build_id) report.build_id += fmt::format("{:02x}", byte);
  for (unsigned i = 0; i < std::min<unsigned>(record.frame_count, kCrashFrames); ++i)
    report.frames.push_back(hex(record.frames[i]));
  report.registers = {{"error-code", hex(record.error_code)},
                      {"fault-address", hex(record.fault_address)},
                      {"time", fmt::format("{}", record.time)},
                      {"restarts", fmt::format("{}", record.restarts)}};
  std::uint64_t values[std::size(kRegisterNames)];
  std::memcpy(values, &record.registers, sizeof values);
  for (unsigned i = 0; i < std::size(values); ++i) report.registers.emplace_back(kRegisterNames[i], hex(values[i]));
  const std::string_view log(record.log, std::min<std::size_t>(record.log_length, sizeof record.log));
  for (const std::string& line : split(log, '\n'))
    if (!line.empty()) report.log.push_back(printable(line));
  return report;
}

}  // namespace wick::tool
