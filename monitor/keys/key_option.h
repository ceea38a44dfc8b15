// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A key that the user gives the appliance.

#include <string>

namespace wick::monitor {

struct KeyOption {
  std::string name, file;  ///< the manifest's name; PEM
};

}  // namespace wick::monitor
