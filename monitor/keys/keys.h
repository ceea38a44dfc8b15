// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key service of an appliance on Linux (abi/key.h): a process of its own that reads the files of --key, goes into a
// jail of four system calls and answers requests until the monitor ends. Neither the guest nor the monitor ever has a
// private key in its memory: behind wall `process` they share one address space.

#include <vector>

#include "backend/keys/key_backend.h"
#include "monitor/base/sentence.h"
#include "monitor/guest/image.h"
#include "monitor/jail/confine.h"
#include "monitor/keys/key_option.h"

namespace wick::monitor {

class Keys final : public hv::KeySource {
 public:
  /// Starts the process, if the image asks for the service. Forks: before the guest's memory is mapped.
  /// @return what is wrong with a key in one sentence
  Outcome start(const std::vector<KeyOption>& options, const GuestImage& image);
  bool offered() const { return file_ >= 0; }

  /// Waits for the process.
  void answer(const KeyRequest& request, KeyAnswer& answer) override;

  void permit(Permissions& permissions) const;

 private:
  int file_ = -1;  ///< message socket to the process: a KeyRequest there, a KeyAnswer back
};

}  // namespace wick::monitor
