// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/trace.h"

#include <unistd.h>

#include <cstdarg>
#include <cstdio>

namespace wick::monitor {
namespace {

char collected[64 << 10];
std::size_t used = 0;

constexpr double microseconds(Nanoseconds time) { return static_cast<double>(raw(time)) / 1e3; }

constexpr const char* name_of(DeviceKind kind) {
  return kind == DeviceKind::network ? "network" : kind == DeviceKind::block ? "disk" : "console";
}

}  // namespace

void Trace::start(int file) {
  file_ = file;
  add(R"([{"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"vCPU 0"}})");
}

void Trace::add(const char* format, ...) {
  constexpr std::size_t kMost = 256;
  if (sizeof collected - used < kMost) flush();
  va_list arguments;
  va_start(arguments, format);
  used += static_cast<std::size_t>(std::vsnprintf(collected + used, kMost, format, arguments));
  va_end(arguments);
}

void Trace::span(const char* name, Nanoseconds start, Nanoseconds now, const char* key, std::uint64_t value) {
  if (!on()) return;
  add(",\n"
      R"({"name":"%s","ph":"X","pid":1,"tid":1,"ts":%.3f,"dur":%.3f,"args":{"%s":%lu}})",
      name, microseconds(start), microseconds(now - start), key, value);
}

void Trace::raised(unsigned event, Nanoseconds now) {
  if (!on()) return;
  add(",\n"
      R"({"name":"event %u","ph":"i","s":"t","pid":1,"tid":1,"ts":%.3f})",
      event, microseconds(now));
}

void Trace::rings(const DeviceSet& devices, Nanoseconds now) {
  if (!on()) return;
  for (unsigned d = 0; d < devices.entries().count; ++d) {
    for (unsigned q = 0; q < kDeviceQueues; ++q) {
      const auto at = devices.device(d).indices(q);
      auto& shown = shown_[d][q];
      if (at.taken == shown.taken && at.published == shown.published) continue;
      shown = at;
      add(",\n"
          R"({"name":"%s %u queue %u","ph":"C","pid":1,"ts":%.3f,"args":{"taken":%u,"published":%u}})",
          name_of(devices.entries().items[d].kind), d, q, microseconds(now), at.taken, at.published);
    }
  }
}

void Trace::flush() {
  for (std::size_t done = 0; on() && done < used;) {
    const auto written = ::write(file_, collected + done, used - done);
    if (written <= 0) file_ = -1;  // the disk is full: no more of it
    done += static_cast<std::size_t>(written);
  }
  used = 0;
}

void Trace::end() {
  if (!on()) return;
  add("\n]\n");
  flush();
}

}  // namespace wick::monitor
