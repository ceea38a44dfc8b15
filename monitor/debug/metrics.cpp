// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The monitor's counts in Prometheus' text format, version 0.0.4: a family of figures a count, a label where it has
// parts. Of what --stats prints, and the same numbers.

#include "abi/host/names.h"
#include "monitor/debug/names.h"
#include "monitor/debug/report.h"
#include "monitor/devices/device_set.h"

namespace wick::monitor {
namespace {

class Page {
 public:
  explicit Page(hv::Sink sink) : sink_(sink) {}

  /// What follows is of this name. @param kind counter or gauge
  void begin(const char* name, const char* kind, const char* help) {
    name_ = name;
    hv::print_line(sink_, "# HELP ", name, " ", help);
    hv::print_line(sink_, "# TYPE ", name, " ", kind);
  }
  void value(std::uint64_t value) const { line(" ", value); }
  void value(const char* label, const char* part, std::uint64_t value) const {
    line("{", label, "=\"", part, "\"} ", value);
  }
  /// In seconds, which is what Prometheus counts time in.
  void time(std::uint64_t nanoseconds) const {
    constexpr std::uint64_t kSecond = 1'000'000'000;
    char digits[10] = ".";
    auto rest = nanoseconds % kSecond;
    for (int at = 9; at > 0; --at, rest /= 10) digits[at] = static_cast<char>('0' + rest % 10);
    line(" ", nanoseconds / kSecond, std::string_view(digits, sizeof digits));
  }
  template <typename... Parts>
  void line(const Parts&... parts) const {
    hv::print_line(sink_, name_, parts...);
  }

 private:
  hv::Sink sink_;
  const char* name_ = "";
};

}  // namespace

void report_metrics(const Subject& subject, hv::Sink sink) {
  const auto& [guest, devices, counts] = subject;
  Page page(sink);
  page.begin("wick_appliance_info", "gauge", "What runs, and behind which wall.");
  page.line("{name=\"", guest.image.name, "\",version=\"", guest.image.version, "\",wall=\"",
            wall_name(guest.machine->kind), "\"} 1");
  page.begin("wick_guest_seconds", "counter", "The guest's clock, which goes on over its lives.");
  page.time(raw(guest.clock.now()));
  page.begin("wick_guest_idle_seconds_total", "counter", "So long the guest had nothing to do.");
  page.time(counts.waited);
  page.begin("wick_guest_restarts_total", "counter", "Lives that the guest has had before this one.");
  page.value(guest.lives.history.count());
  page.begin("wick_guest_memory_bytes", "gauge", "Memory that the guest has.");
  page.value(raw(guest.memory.end()));
  page.begin("wick_guest_exits_total", "counter", "Times that the guest was left, by cause.");
  for (unsigned i = 0; i < std::size(kExitNames); ++i) page.value("cause", kExitNames[i], counts.exits[i]);
  page.begin("wick_guest_calls_total", "counter", "Calls of the guest's to its monitor.");
  for (unsigned i = 0; i <= kCallCount; ++i) page.value("call", call_name(i), counts.calls[i]);
  page.begin("wick_monitor_sleeps_total", "counter", "Times that the monitor slept as nobody had anything to do.");
  page.value(counts.sleeps);
  if (!devices.has_network()) return;
  page.begin("wick_network_frames_total", "counter", "Frames that have come to the guest or gone from it.");
  page.value(devices.network().frames());
}

}  // namespace wick::monitor
