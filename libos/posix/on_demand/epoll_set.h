// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands behind an epoll descriptor: entries that watch files (fs/file.h), and a list of those whose file has said
// something since it was last looked at. A wait costs what is in that list, however many files are watched.

#include <sys/epoll.h>

#include "posix/on_demand/anonymous.h"
#include "sched/thread.h"

namespace wick::posix {

class EpollSet final : public Anonymous {
 public:
  EpollSet() { kind = fs::FileKind::epoll; }

  /// @param descriptor as the program names the file; two descriptors of one file are two entries
  fs::Outcome add(fs::FileOperations& file, int descriptor, const epoll_event& event);
  fs::Outcome modify(fs::FileOperations& file, int descriptor, const epoll_event& event);
  fs::Outcome remove(fs::FileOperations& file, int descriptor);

  /// @param deadline 0: don't wait  @return how many events there are
  int wait(epoll_event* events, int capacity, Nanoseconds deadline);

  short poll() override;
  void destroy() override;

 private:
  class Entry;

  Entry* find(fs::FileOperations& file, int descriptor) const;
  bool watches(const EpollSet& other, unsigned depth) const;
  void look_again(Entry& entry);
  void append(Entry& entry);
  void take_out(Entry& entry);
  void forget(Entry& entry);
  int harvest(epoll_event* events, int capacity);

  Entry* entries_ = nullptr;
  Entry* first_ready_ = nullptr;
  Entry* last_ready_ = nullptr;
  sched::WaitQueue waiting_;
};

/// The set behind a file, or null.
inline EpollSet* epoll_set(fs::FileOperations& file) {
  return file.kind == fs::FileKind::epoll ? static_cast<EpollSet*>(&file) : nullptr;
}

}  // namespace wick::posix
