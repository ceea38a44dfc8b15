// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/crash_page.h"

#include "platform/clock.h"

extern "C" const std::uint8_t wick_build_id_note[];

namespace wick::hv {

[[gnu::section(".bss.hv.shared")]] alignas(4096) CrashRecord crash_page;

void describe(CrashRecord& record, const CrashRegisters& registers, const Death& death) {
  constexpr unsigned kHead = 16;  // note header and "GNU\0"
  describe(record, registers, death, clock_now(), BuildId{wick_build_id_note + kHead, sizeof record.build_id});
}

}  // namespace wick::hv
