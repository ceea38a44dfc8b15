// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "guest/crash_record.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "abi/console.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kUndefined = 6;  // #UD
constexpr unsigned kMaxLogLines = 8;     // of those on the console: a serial line is slow, the record holds the rest

void add_printable(Line& line, char c) {
  const char shown = c >= ' ' && c <= '~' ? c : '.';
  line.add({&shown, 1});
}

/// Where the last `lines` lines of `text` start.
std::size_t tail(std::string_view text, unsigned lines) {
  std::size_t start = text.size();
  while (start && lines--) {
    --start;  // the line's own end
    while (start && text[start - 1] != '\n') --start;
  }
  return start;
}

void print_log(std::string_view log, Sink sink) {
  for (std::size_t at = tail(log, kMaxLogLines); at < log.size(); ++at) {
    Line line(sink);
    line.add("log=");
    for (; at < log.size() && log[at] != '\n'; ++at) add_printable(line, log[at]);
    line.end();
  }
}

}  // namespace

void describe(CrashRecord& record, const CrashRegisters& registers, const Death& death, Nanoseconds now,
              BuildId build_id) {
  const bool panic = death.cause == CrashCause::exception && death.vector == kUndefined && record.reason[0];
  record.cause = panic ? CrashCause::panic : death.cause;
  if (death.reason) {
    const std::string_view reason{death.reason};
    const auto length = std::min(reason.size(), sizeof record.reason - 1);
    __builtin_memcpy(record.reason, reason.data(), length);
    record.reason[length] = 0;
  } else if (!panic && !death.looked_at) {
    record.reason[0] = 0;
  }
  record.reason[sizeof record.reason - 1] = 0;
  record.log_length = std::min<std::uint32_t>(record.log_length, sizeof record.log);
  record.version = 1;
  record.vector = death.vector;
  record.error_code = death.error_code;
  record.fault_address = death.fault_address;
  record.registers = registers;
  record.time = raw(now);
  std::ranges::copy(build_id, record.build_id);
}

void print_record(const CrashRecord& record, Sink sink) {
  print_line(sink, console_line::kCrash);
  Line cause(sink);
  cause.add("cause=").add(kCauseNames[static_cast<std::uint32_t>(record.cause)]);
  if (record.cause == CrashCause::exception) cause.add(" ").add(record.vector);
  cause.end();
  if (record.reason[0]) {
    Line reason(sink);
    reason.add("reason=");
    for (const char* at = record.reason; *at; ++at) add_printable(reason, *at);
    reason.end();
  }
  print_line(sink, "error-code=", Hex{record.error_code});
  print_line(sink, "fault-address=", Hex{record.fault_address});
  print_line(sink, "time=", record.time);
  print_line(sink, "restarts=", record.restarts);
  std::uint64_t values[std::size(kRegisterNames)];
  __builtin_memcpy(values, &record.registers, sizeof values);
  for (unsigned i = 0; i < std::size(kRegisterNames); ++i) print_line(sink, kRegisterNames[i], "=", Hex{values[i]});
  for (unsigned i = 0; i < record.frame_count; ++i) print_line(sink, "frame=", Hex{record.frames[i]});
  Line id(sink);
  id.add("build-id=");
  for (const auto byte : record.build_id)
    id.add({&"0123456789abcdef"[byte >> 4], 1}).add({&"0123456789abcdef"[byte & 15], 1});
  id.end();
  print_log({record.log, record.log_length}, sink);
  print_line(sink, console_line::kCrashEnd);
}

}  // namespace wick::hv
