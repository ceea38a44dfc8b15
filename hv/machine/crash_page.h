// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crash page as hv holds it, and what hv knows of itself for a record: the time and which image this is.

#include "guest/crash_record.h"

namespace wick::hv {

/// The page that the guest prepares: its last words are there before anything goes wrong.
extern CrashRecord crash_page;

/// describe(), here and now.
void describe(CrashRecord& record, const CrashRegisters& registers, const Death& death);

}  // namespace wick::hv
