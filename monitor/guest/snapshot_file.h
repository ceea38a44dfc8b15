// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The file of --snapshot. It is written under a name of its own beside the one that is asked for, and takes that name
// only once it is whole and on the disk: whoever looks finds the file of before or the new one, never a piece. The
// jailed monitor may name no file, so a process beside it, started before the guest, does the renaming; it listens for
// one byte and can do nothing else.

#include <string>

#include "monitor/base/sentence.h"

namespace wick::monitor {

class SnapshotFile {
 public:
  /// Makes the file and starts the process. @return what is wrong in one sentence; nothing is left then
  Outcome open(const std::string& name);

  /// To be written, from its start on; -1: none is wanted, or it is finished.
  int file() const { return file_; }
  /// Whether it waits for what it is to have.
  bool wanted() const { return file_ >= 0 && !published_; }
  /// The connection to the process, for the jail.
  int keeper() const { return keeper_; }

  /// The file has all that it must have. @return false when it can't be put on the disk or in its place; it may be
  /// written and published again then.
  bool publish();
  void close();

 private:
  int file_ = -1, keeper_ = -1;
  bool published_ = false;
};

}  // namespace wick::monitor
