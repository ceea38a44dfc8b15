// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Completing and printing a crash record, the same behind every wall. What died left its reason and log in the crash
// page; whoever caught it knows registers and cause. The record is printed as text for whoever reads the console.
// Depends on nothing of hv's: the hosted monitor, unit tests and fuzzers use this one.

#include <span>

#include "abi/call.h"
#include "abi/crash.h"
#include "base/line.h"

namespace wick::hv {

using BuildId = std::span<const std::uint8_t, sizeof CrashRecord::build_id>;

struct Death {
  CrashCause cause;
  std::uint32_t vector = 0;
  std::uint64_t error_code = 0;
  std::uint64_t fault_address = 0;
  const char* reason = nullptr;  ///< for causes that the guest itself knows nothing of
  bool looked_at = false;        ///< by the guest, which may have said a reason
};

/// Follows the chain of frame pointers, which a broken guest may have bent: every step must be readable, lead further
/// up, and return into code.
/// @param read `bool(Gpa, std::uint64_t (&words)[2])`  @param is_code `bool(std::uint64_t address)`
template <typename Read, typename IsCode>
void collect_frames(CrashRecord& record, Read&& read, IsCode&& is_code) {
  record.frames[0] = record.registers.program_counter();
  record.frame_count = 1;
  std::uint64_t frame = record.registers.frame_pointer();
  std::uint64_t words[2];
  while (record.frame_count < kCrashFrames && frame % 8 == 0 && read(Gpa{frame}, words)) {
    if (!is_code(words[1])) return;
    record.frames[record.frame_count++] = words[1];
    if (words[0] <= frame) return;
    frame = words[0];
  }
}

/// Fills in everything but frames and the magic number. A guest that gave a reason before an undefined instruction has
/// panicked.
void describe(CrashRecord& record, const CrashRegisters& registers, const Death& death, Nanoseconds now,
              BuildId build_id);

/// Line by line. The guest wrote reason and log: what isn't printable in them becomes a dot, and each line keeps its
/// key in front, so that none of them passes for one of hv's own.
void print_record(const CrashRecord& record, Sink sink);

constexpr std::uint32_t exit_code(const CrashRecord& record) {
  return record.cause == CrashCause::panic ? raw(ExitCode::panic) : raw(ExitCode::exception);
}

}  // namespace wick::hv
