// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/crash.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "abi/console.h"
#include "base/process.h"
#include "base/text.h"
#include "image/elf.h"

namespace wick::tool {
namespace {

/// "exception 14" with the processor's name for it (Intel SDM vol. 3, table 6-1).
std::string cause_text(const std::string& cause) {
  constexpr std::array<std::string_view, 22> kNames{"divide error",
                                                    "debug",
                                                    "non-maskable interrupt",
                                                    "breakpoint",
                                                    "overflow",
                                                    "bound range",
                                                    "invalid opcode",
                                                    "no math device",
                                                    "double fault",
                                                    "",
                                                    "invalid TSS",
                                                    "segment not present",
                                                    "stack fault",
                                                    "general protection",
                                                    "page fault",
                                                    "",
                                                    "floating point",
                                                    "alignment check",
                                                    "machine check",
                                                    "SIMD floating point",
                                                    "virtualization",
                                                    "control protection"};
  constexpr std::string_view kPrefix = "exception ";
  unsigned vector = ~0u;
  if (cause.starts_with(kPrefix)) std::from_chars(cause.data() + kPrefix.size(), cause.data() + cause.size(), vector);
  return vector < kNames.size() ? fmt::format("{} ({})", cause, kNames[vector]) : cause;
}

/// A return address stands behind its call: one byte less lies within. The faulting instruction is named exactly.
std::string lookup_address(const std::string& frame, bool innermost) {
  std::uint64_t value = 0;
  std::string_view digits = std::string_view(frame).substr(frame.starts_with("0x") ? 2 : 0);
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return fmt::format("{:#x}", innermost || value == 0 ? value : value - 1);
}

/// Link-time optimization renames what was static: "name.llvm.123", "name(int) (.llvm.123)".
std::string written_name(std::string function) {
  if (const auto suffix = function.find(".llvm."); suffix != function.npos) {
    function.erase(suffix);
    if (function.ends_with(" (")) function.erase(function.size() - 2);
  }
  return function;
}

/// One text a frame: "function at file:line", inlined callers on lines of their own. Empty when nothing is known.
std::vector<std::string> symbolize(const CrashReport& report, const fs::path& debug) {
  Arguments command{"llvm-symbolizer-19", "--obj=" + debug.string(), "--output-style=LLVM", "--functions",
                    "--demangle"};
  for (std::size_t i = 0; i < report.frames.size(); ++i) command.push_back(lookup_address(report.frames[i], i == 0));
  auto finished = capture_program(command);
  std::vector<std::string> texts(report.frames.size());
  if (!finished || finished->exit_code != 0) return texts;
  std::size_t frame = 0;
  std::string function;
  for (const std::string& line : split(finished->output, '\n')) {
    if (frame == texts.size()) break;
    if (line.empty()) {
      ++frame;
      function.clear();
    } else if (function.empty()) {
      function = written_name(line);
    } else {
      std::string_view place = line;
      place = place.substr(0, place.rfind(':'));  // without the column
      constexpr std::string_view kRoot = "./";    // images name the toolkit's sources from its root
      if (place.starts_with(kRoot)) place.remove_prefix(kRoot.size());
      if (!texts[frame].empty()) texts[frame] += "\n             in ";
      texts[frame] += place.starts_with("??") ? function : fmt::format("{} at {}", function, place);
      function.clear();
    }
  }
  return texts;
}

}  // namespace

std::optional<CrashReport> parse_crash(std::string_view console) {
  const auto lines = split(console, '\n');
  // From a line's first character on: behind a blank it may be the guest's. A serial line's "\r\n" is an end as well.
  const auto is = [](std::string_view wanted) {
    return [=](std::string_view line) { return line.starts_with(wanted) && trim(line) == wanted; };
  };
  auto at = std::ranges::find_if(lines, is(console_line::kCrash));
  if (at == lines.end()) return {};
  CrashReport report;
  const auto end = std::find_if(at, lines.end(), is(console_line::kCrashEnd));
  for (++at; at != end; ++at) {
    std::string_view line = trim(*at);
    std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    std::string key(line.substr(0, equals)), value(line.substr(equals + 1));
    if (key == "cause")
      report.cause = value;
    else if (key == "reason")
      report.reason = value;
    else if (key == "build-id")
      report.build_id = value;
    else if (key == "frame")
      report.frames.push_back(value);
    else if (key == "log")
      report.log.push_back(value);
    else
      report.registers.emplace_back(key, value);
  }
  return report;
}

std::string explain_crash(const CrashReport& report, const fs::path& debug) {
  std::string out = "crash: " + cause_text(report.cause);
  if (!report.reason.empty()) out += ": " + report.reason;
  out += "\n";
  std::vector<std::string> names(report.frames.size());
  auto elf = Elf::open(debug);
  if (!elf) {
    out += fmt::format("  no symbols: {}\n", elf.error().sentence);
  } else if (elf->build_id() != report.build_id) {
    out += fmt::format("  no symbols: {} has build-id {}, the crashed image {}.\n", debug.string(), elf->build_id(),
                       report.build_id);
  } else {
    names = symbolize(report, debug);
  }
  for (std::size_t i = 0; i < report.frames.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "  #{:<2} {} {}\n", i, report.frames[i], names[i]);
  }
  std::size_t column = 0;
  for (const auto& [name, value] : report.registers) {
    fmt::format_to(std::back_inserter(out), "{}{}={}", column % 4 == 0 ? (column ? "\n  " : "  ") : "  ", name, value);
    ++column;
  }
  for (const std::string& line : report.log) out += "\n  log: " + line;
  return out;
}

}  // namespace wick::tool
