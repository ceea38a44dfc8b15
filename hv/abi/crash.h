// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crash record: one page that hv writes when the guest dies, and that outlives the guest. Addresses are raw; the
// host symbolizes them with the debug image of the same build-id.

#include "abi/arch/registers.h"
#include "abi/types.h"

namespace wick {

enum class CrashCause : std::uint32_t {
  none = 0,
  exception = 1,  ///< `vector`, `error_code` and `fault_address` tell which
  panic = 2,      ///< the guest gave up by itself: abort, assertion, failed check
  watchdog = 3,
  forbidden = 4,  ///< an operation that the wall does not allow: a port, an MSR, a bad call; `reason` tells which
  memory = 5,     ///< an access that only the outer, nested paging stopped: `fault_address` is the Gpa
};

/// On the console and in tools, by number.
inline constexpr char kCauseNames[][10] = {"none", "exception", "panic", "watchdog", "forbidden", "memory"};

inline constexpr std::uint32_t kCrashMagic = 0x4b434957;  // "WICK"
inline constexpr unsigned kCrashFrames = 32;

struct CrashRecord {
  std::uint32_t magic;        ///< kCrashMagic once complete: written last
  std::uint16_t version;      ///< 1
  std::uint16_t frame_count;  ///< valid entries of `frames`
  CrashCause cause;
  std::uint32_t vector;  ///< the processor's exception number
  std::uint64_t error_code;
  std::uint64_t fault_address;
  std::uint64_t time;        ///< clock page nanoseconds
  std::uint32_t restarts;    ///< restarts before this crash
  std::uint32_t log_length;  ///< valid bytes of `log`
  CrashRegisters registers;
  std::uint64_t frames[kCrashFrames];  ///< return addresses, innermost first; frames[0] is the faulting instruction
  std::uint8_t build_id[20];
  char reason[108];  ///< one sentence, NUL-terminated
  char log[3520];    ///< last bytes of the guest's log
};
static_assert(offsetof(CrashRecord, registers) == 48);
static_assert(offsetof(CrashRecord, frames) == 192);
static_assert(offsetof(CrashRecord, build_id) == 448);
static_assert(offsetof(CrashRecord, log) == 576);
static_assert(sizeof(CrashRecord) == 4096);

}  // namespace wick
