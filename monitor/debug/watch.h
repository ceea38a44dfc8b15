// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is told of the guest's runs. Mostly nobody: then each place that tells costs one look at a number.

#include <optional>
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
  /// Asks all who are told, each of them. @return whether one says yes
  template <typename... Takes, typename... Gets>
  bool ask(bool (Observer::*question)(Takes...), const Gets&... what) const {
    bool yes = false;
    for (auto* observer : watching_) yes |= (observer->*question)(what...);
    return yes;
  }

 private:
  std::optional<Subject> subject_;
  std::vector<Observer*> watching_;
};

/// For every observer, whether it's told of runs or not.
template <typename... Takes, typename... Gets>
void tell_all(void (Observer::*place)(Takes...), const Gets&... what) {
  for (auto* observer : observers()) (observer->*place)(what...);
}

}  // namespace wick::monitor
