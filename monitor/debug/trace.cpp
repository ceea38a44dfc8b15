// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --trace: what happened when, as a JSON array of events as Perfetto and Chrome show them ("Trace Event Format"). Time
// counts from exec(): the phases of the start come first.
// Collected in memory, written in whole events: a monitor that is killed leaves an array without its end, which the
// format allows.

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <vector>

#include "monitor/base/phases.h"
#include "monitor/debug/names.h"
#include "monitor/debug/observer.h"
#include "monitor/debug/output_file.h"
#include "monitor/devices/device_set.h"

namespace wick::monitor {
namespace {

/// Nobody knows what ends such a sleep: what is collected had better be written before. Nanoseconds.
constexpr std::uint64_t kLongSleep = 100'000'000;

constexpr double microseconds(Nanoseconds time) { return static_cast<double>(raw(time)) / 1e3; }

constexpr const char* name_of(DeviceKind kind) {
  return kind == DeviceKind::network ? "network" : kind == DeviceKind::block ? "disk" : "console";
}

class Trace final : public Observer {
 public:
  Trace()
      : Observer({0, "trace", "FILE",
                  "write calls, exits and ring activity as a Chrome trace; waits for locks are in the guest's log"}) {}

  const char* asks_guest() const override { return given_ ? " trace.locks=1" : ""; }

  std::expected<bool, std::string> begin() override {
    if (auto done = open_output(value_, file_); !done) return std::unexpected(done.error());
    if (on()) collected_.resize(64 << 10);
    if (on())
      add(R"([{"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"vCPU 0"}},
{"name":"thread_name","ph":"M","pid":1,"tid":2,"args":{"name":"start"}})");
    return on();
  }
  /// What the process has used of a processor so far was exec() and the start of the C library.
  Outcome take(const char* value) override {
    timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    taken_ = read_cycles();
    used_before_ = Nanoseconds{static_cast<std::uint64_t>(used.tv_nsec)};
    return Observer::take(value);
  }
  bool wants_one_thread() const override { return on(); }
  void permit(Permissions& permissions) const override { permissions.write.push_back(file_); }

  void runs() override {
    if (phases_shown_ == 0) {
      // Who was kept waiting between exec() and the option has used less than has passed.
      const auto exec_end = phases.items[0].end;
      zero_ = phase_end_ = at(exec_end) - (used_before_ - std::min(used_before_, clock().span(taken_ - exec_end)));
    }
    run_ = now();
    show_phases();
  }
  void has_run(const hv::Exit& exit) override {
    span("guest", run_, kExitNames[static_cast<unsigned>(exit.cause)], exit.vector);
  }
  void called(const hv::CallArguments&) override { call_ = now(); }
  void answered(const hv::CallArguments& call, const CallResult& result) override {
    span(call_name(call.number), call_, status_name(result.status), result.value);
    show_phases();
  }
  void sleeps(Nanoseconds most) override {
    if (raw(most) > kLongSleep) flush();
    sleep_ = now();
  }
  void woke(EventMask awaited) override { span("wait", sleep_, "mask", raw(awaited)); }

  void raised(unsigned event) override {
    if (on())
      add(",\n"
          R"({"name":"event %u","ph":"i","s":"t","pid":1,"tid":1,"ts":%.3f})",
          event, microseconds(now()));
  }

  /// How many chains of each queue were taken and given back, where that has changed.
  void served() override {
    if (!on()) return;
    show_phases();
    const auto& devices = subject_->devices;
    const auto time = now();
    for (unsigned d = 0; d < devices.entries().count; ++d) {
      for (unsigned q = 0; q < kDeviceQueues; ++q) {
        const auto at = devices.device(d).indices(q);
        auto& shown = shown_[d][q];
        if (at.taken == shown.taken && at.published == shown.published) continue;
        shown = at;
        add(",\n"
            R"({"name":"%s %u queue %u","ph":"C","pid":1,"ts":%.3f,"args":{"taken":%u,"published":%u}})",
            name_of(devices.entries().items[d].kind), d, q, microseconds(time), at.taken, at.published);
      }
    }
  }

  void ended(int) override {
    if (!on()) return;
    add("\n]\n");
    flush();
  }

 private:
  bool on() const { return file_ >= 0; }

  [[gnu::format(printf, 2, 3)]] void add(const char* format, ...) {
    constexpr std::size_t kMax = 256;
    if (collected_.size() - used_ < kMax) flush();
    va_list arguments;
    va_start(arguments, format);
    used_ += static_cast<std::size_t>(std::vsnprintf(collected_.data() + used_, kMax, format, arguments));
    va_end(arguments);
  }

  /// From `start` until now. @param name, key plain words
  void span(const char* name, Nanoseconds start, const char* key, std::uint64_t value) {
    if (on())
      add(",\n"
          R"({"name":"%s","ph":"X","pid":1,"tid":1,"ts":%.3f,"dur":%.3f,"args":{"%s":%lu}})",
          name, microseconds(start), microseconds(now() - start), key, value);
  }

  void flush() {
    for (std::size_t done = 0; on() && done < used_;) {
      const auto written = ::write(file_, collected_.data() + done, used_ - done);
      if (written <= 0) file_ = -1;  // the disk is full: no more of it
      done += static_cast<std::size_t>(written);
    }
    used_ = 0;
  }

  /// On a line of their own: what the guest does until its first output is the last one.
  void show_phases() {
    for (; phases_shown_ < phases.count; ++phases_shown_) {
      const auto& phase = phases.items[phases_shown_];
      const auto end = at(phase.end);
      add(",\n"
          R"({"name":"%s","ph":"X","pid":1,"tid":2,"ts":%.3f,"dur":%.3f})",
          phase.name, microseconds(phase_end_ - zero_), microseconds(end - phase_end_));
      phase_end_ = end;
    }
  }

  const HostClock& clock() const { return subject_->guest.clock; }
  Nanoseconds at(std::uint64_t cycles) const { return clock().now() - clock().span(read_cycles() - cycles); }
  Nanoseconds now() const { return clock().now() - zero_; }

  int file_ = -1;
  std::uint64_t taken_ = 0;    ///< the option, in cycles
  Nanoseconds used_before_{};  ///< of a processor, by then
  Nanoseconds zero_{};  ///< when exec() began, on the guest's clock; modulo 2^64, as it is before the clock's start
  Nanoseconds phase_end_{};  ///< of the latest one shown
  unsigned phases_shown_ = 0;
  Nanoseconds run_{}, call_{}, sleep_{};  ///< when the latest one began
  hv::DeviceRing::Indices shown_[kMaxDevices][kDeviceQueues] = {};
  std::vector<char> collected_;
  std::size_t used_ = 0;
};

Trace trace;
[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const registered = &trace;

}  // namespace
}  // namespace wick::monitor
