// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick ps` and `wick logs` find of appliances that are awake: as `wick run -d` leaves it (run/instance.h).

#include "run/control.h"
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

  /// Where it listens while it is awake: `wick snapshot` finds it there, too.
  fs::path control_of(const Appliance& appliance) const { return control_socket(console_of(appliance)); }

 private:
  fs::path console_of(const Appliance& appliance) const;
  fs::path state_of(const Appliance& appliance) const;
  fs::path folder_;
};

}  // namespace wick::tool
