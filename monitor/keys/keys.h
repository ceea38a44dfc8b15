// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key service of an appliance on Linux (abi/key.h): a process of its own that reads the files of --key, goes into a
// jail of four system calls and answers requests until the monitor ends. Neither the guest nor the monitor ever has a
// private key in its memory: behind wall `process` they share one address space.

#include <string>
#include <vector>

#include "abi/device.h"
#include "abi/key.h"
#include "monitor/base/sentence.h"
#include "monitor/guest/image.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

struct KeyOption {
  std::string name, file;  ///< the manifest's name; PEM
};

class Keys {
 public:
  /// Starts the process, if the image asks for the service. Forks: before the guest's memory is mapped.
  /// @return what is wrong with a key in one sentence
  Outcome start(const std::vector<KeyOption>& options, const GuestImage& image);
  bool offered() const { return file_ >= 0; }

  static DeviceEntry entry(const KeyPage& page);
  /// The guest has rung. @return unsupported: there is no service
  Status serve(KeyPage& page);

  void permit(Permissions& permissions) const;

 private:
  int file_ = -1;  ///< message socket to the process: a KeyRequest there, a KeyAnswer back
};

}  // namespace wick::monitor
