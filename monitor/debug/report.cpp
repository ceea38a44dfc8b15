// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/report.h"

#include <algorithm>

#include "guest/crash_record.h"

namespace wick::monitor {
namespace {

char text[kMaxReportBytes];
std::size_t used = 0;

/// Lines that don't fit are left out: reports have bounds of their own, below this one.
void keep(std::string_view line) {
  if (line.size() > sizeof text - used) return;
  std::ranges::copy(line, text + used);
  used += line.size();
}

void report_crash(const Guest& guest, hv::Sink sink) {
  const auto& last = guest.memory.read_only_for_guest().last_crash;
  if (last.magic == kCrashMagic) return hv::print_record(last, sink);
  hv::print_line(sink, "The guest lives its first life: nothing has crashed.");
}

}  // namespace

std::string_view report(ControlRequest::What what, const Subject& subject) {
  used = 0;
  switch (what) {
    case ControlRequest::What::metrics:
      report_metrics(subject, keep);
      break;
    case ControlRequest::What::threads:
      report_threads(subject.guest, keep);
      break;
    case ControlRequest::What::crash:
      report_crash(subject.guest, keep);
      break;
    case ControlRequest::What::snapshot:
      break;  // no question
  }
  return {text, used};
}

}  // namespace wick::monitor
