// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happened when, for --trace: a JSON array of events as Perfetto and Chrome show them ("Trace Event Format").
// Collected in memory, written in whole events: a monitor that is killed leaves an array without its end, which the
// format allows.

#include "monitor/devices/device_set.h"

namespace wick::monitor {

class Trace {
 public:
  bool on() const { return file_ >= 0; }
  int file() const { return file_; }
  void start(int file);
  /// From `start` to `now`. @param name, key plain words
  void span(const char* name, Nanoseconds start, Nanoseconds now, const char* key, std::uint64_t value);
  /// An interrupt: `event` has become pending.
  void raised(unsigned event, Nanoseconds now);
  /// How many chains of each queue were taken and given back, where that has changed.
  void rings(const DeviceSet& devices, Nanoseconds now);
  /// Before a long sleep, as nobody knows what ends it.
  void flush();
  void end();

 private:
  [[gnu::format(printf, 2, 3)]] void add(const char* format, ...);

  int file_ = -1;
  hv::DeviceRing::Indices shown_[kMostDevices][kDeviceQueues] = {};
};

}  // namespace wick::monitor
