// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is told of the guest's runs. Mostly nobody: then each place that tells costs one look at a number.

#include <vector>

#include "monitor/debug/observer.h"

namespace wick::monitor {

class Watch {
 public:
  /// Lets every observer begin. @return the first one's objection
  Outcome begin(const Subject& subject);

  bool on() const { return !watching_.empty(); }
  /// Calls a function of all who are told.
  template <typename... Takes, typename... Gets>
  void tell(void (Observer::*place)(Takes...), const Gets&... what) const {
    for (auto* observer : watching_) (observer->*place)(what...);
  }
  bool may_run() const;
  bool takes(const hv::Exit& exit) const;
  bool wants_guest() const;

 private:
  std::vector<Observer*> watching_;
};

/// For every observer, whether it's told of runs or not.
template <typename... Takes, typename... Gets>
void tell_all(void (Observer::*place)(Takes...), const Gets&... what) {
  for (auto* observer : observers()) (observer->*place)(what...);
}

}  // namespace wick::monitor
