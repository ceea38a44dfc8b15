// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crash block that hv prints, and what the debug image makes of its addresses.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"

namespace wick::tool {

struct CrashReport {
  std::string cause, reason, build_id;
  std::vector<std::string> frames;                             ///< "0x101234", innermost first
  std::vector<std::pair<std::string, std::string>> registers;  ///< everything else, in its order
  std::vector<std::string> log;                                ///< last lines, oldest first
};

/// The first crash block of a console's text.
std::optional<CrashReport> parse_crash(std::string_view console);

/// A crash record as /dev/crash gives it (hv/abi/crash.h). @return nothing when it isn't one
std::optional<CrashReport> read_record(std::string_view bytes);

/// For people: the cause, the back-trace with names and lines where `debug` is the image that crashed, the registers,
/// the log's last lines.
std::string explain_crash(const CrashReport& report, const fs::path& debug);

}  // namespace wick::tool
