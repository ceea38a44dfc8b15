// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick ps` and `wick logs` find of appliances that are awake: as `wick run -d` leaves it (run/instance.h).

#include "serve/appliance.h"

namespace wick::tool {

class Records {
 public:
  /// Makes the user's runtime folder where it is missing.
  Result<void> begin();

  /// The file that an appliance's console goes to, opened; -1 with errno.
  int open_console(const Appliance& appliance) const;

  void write(const Appliance& appliance, const Origin& origin) const;
  void remove(const Appliance& appliance) const;

 private:
  fs::path console_of(const Appliance& appliance) const { return folder_ / (appliance.name + "-serve.log"); }
  fs::path state_of(const Appliance& appliance) const;
  fs::path folder_;
};

}  // namespace wick::tool
