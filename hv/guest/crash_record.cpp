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
  line.text({&shown, 1});
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
    line.text("log=");
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
  Line(sink).text(console_line::kCrash).end();
  Line cause(sink);
  cause.text("cause=").text(kCauseNames[static_cast<std::uint32_t>(record.cause)]);
  if (record.cause == CrashCause::exception) cause.text(" ").decimal(record.vector);
  cause.end();
  if (record.reason[0]) {
    Line reason(sink);
    reason.text("reason=");
    for (const char* at = record.reason; *at; ++at) add_printable(reason, *at);
    reason.end();
  }
  Line(sink).text("error-code=").hex(record.error_code).end();
  Line(sink).text("fault-address=").hex(record.fault_address).end();
  Line(sink).text("time=").decimal(record.time).end();
  Line(sink).text("restarts=").decimal(record.restarts).end();
  std::uint64_t values[std::size(kRegisterNames)];
  __builtin_memcpy(values, &record.registers, sizeof values);
  for (unsigned i = 0; i < std::size(kRegisterNames); ++i)
    Line(sink).text(kRegisterNames[i]).text("=").hex(values[i]).end();
  for (unsigned i = 0; i < record.frame_count; ++i) Line(sink).text("frame=").hex(record.frames[i]).end();
  Line id(sink);
  id.text("build-id=");
  for (const auto byte : record.build_id)
    id.text({&"0123456789abcdef"[byte >> 4], 1}).text({&"0123456789abcdef"[byte & 15], 1});
  id.end();
  print_log({record.log, record.log_length}, sink);
  Line(sink).text(console_line::kCrashEnd).end();
}

}  // namespace wick::hv
