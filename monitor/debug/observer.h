// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A feature for whoever looks at a running guest: --trace, --strace, --stats, --core, --gdb. Each is one object, which
// brings its option with it and puts itself into a section of the program: nobody else knows its name. Its functions
// are the places where the monitor tells of the guest; each does nothing unless the feature overrides it.

#include <span>

#include "guest/dispatch.h"
#include "monitor/base/option.h"
#include "monitor/debug/counts.h"
#include "monitor/jail/confine.h"
#include "monitor/machine/guest.h"

namespace wick::monitor {

class DeviceSet;

/// What there is to look at.
struct Subject {
  Guest& guest;
  const DeviceSet& devices;
  const Counts& counts;
};

class Observer {
 public:
  explicit Observer(const Option& option) : option(option) {}
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // Before the guest runs, in this order.

  const Option option;
  /// The option was given. @param value nullptr for a flag
  virtual Outcome take(const char* value) {
    given_ = true;
    return value ? keep_name(value_, value) : Outcome{};
  }
  /// Opens what changes nothing of the user's, before the guest's memory is mapped.
  virtual Outcome prepare() { return {}; }
  /// Words for the guest's command line, each behind a space.
  virtual const char* asks_guest() const { return ""; }
  /// From now on there is something to look at.
  void look_at(const Subject& subject) { subject_ = &subject; }
  /// Opens the rest. @return whether the guest's runs are to be told of
  virtual std::expected<bool, std::string> begin() { return false; }
  /// The guest could run.
  virtual Outcome wait() { return {}; }
  /// Whether devices may only be served by the guest's own thread: for who looks at both.
  virtual bool wants_one_thread() const { return false; }
  virtual void permit(Permissions&) const {}

  // For each of them, while the guest runs.

  /// @param signals that have come, those of signal() among them: bits by number
  virtual void signalled(std::uint64_t) {}
  virtual int signal() const { return 0; }  ///< that it wants to hear of; 0: none
  virtual void crashed(const CrashRecord&) {}
  virtual void ended(int /*code*/) {}

  // For those that the guest's runs are told of.

  /// Whether the guest is to be killed instead of run. May take its time.
  virtual bool kills() { return false; }
  virtual void runs() {}
  virtual void has_run(const hv::Exit&) {}
  /// @return whether the exit was the observer's own: then the guest goes on
  virtual bool takes(const hv::Exit&) { return false; }
  virtual void called(const hv::CallArguments&) {}
  virtual void answered(const hv::CallArguments&, const CallResult&) {}
  virtual void served() {}                      ///< devices
  virtual void raised(unsigned /*event*/) {}    ///< has become pending
  virtual void sleeps(Nanoseconds /*most*/) {}  ///< as the guest has nothing to do
  virtual void woke(EventMask /*awaited*/) {}
  /// Whether a guest that sleeps is to be woken.
  virtual bool wants_guest() { return false; }

 protected:
  bool given_ = false;  ///< the option
  std::string value_;
  const Subject* subject_ = nullptr;
};

/// Puts an observer into the list: `[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const x = &y;`
#define WICK_OBSERVERS "wick_observers"

/// All that are linked.
std::span<Observer* const> observers();

}  // namespace wick::monitor
