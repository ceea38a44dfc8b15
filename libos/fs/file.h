// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands behind a file descriptor. Files, directories, the console, pipes and sockets each derive from
// FileOperations; the descriptor table (fs/descriptors.h) knows nothing more of them. Operations answer a count or
// value, or a negative errno, and never touch errno itself: the POSIX functions do.

#include <poll.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

struct dirent;

namespace wick::sched {
class WaitQueue;
}

namespace wick::fs {

/// A count or value, or -errno.
using Outcome = std::int64_t;

/// Of an operation whose wait was interrupted before it did anything: its caller lets handlers run and starts it again,
/// or ends with -EINTR (posix/interruption.h). Linux has the number for it; no program sees it.
inline constexpr int kInterrupted = -512;

/// Collects the queues that poll() must wait in when no descriptor is ready.
class PollSet {
 public:
  /// Called by FileOperations::poll for each queue that wakes when its answer may have changed.
  virtual void watch(sched::WaitQueue& queue) = 0;

 protected:
  ~PollSet() = default;
};

/// One open file. Counted: dup()ed descriptors share it, and an operation under way keeps it while another thread
/// closes the descriptor. Blocking operations look at `flags` (O_NONBLOCK) each time.
class FileOperations {
 public:
  constexpr FileOperations() = default;
  FileOperations(const FileOperations&) = delete;
  FileOperations& operator=(const FileOperations&) = delete;

  virtual Outcome read(void* to, std::size_t bytes);
  virtual Outcome write(const void* from, std::size_t bytes);
  virtual Outcome readv(const iovec* pieces, int count);   ///< as given here: piece by piece with read()
  virtual Outcome writev(const iovec* pieces, int count);  ///< as given here: piece by piece with write()
  virtual Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset);
  virtual Outcome write_at(const void* from, std::size_t bytes, std::uint64_t offset);
  virtual Outcome seek(std::int64_t offset, int whence);
  virtual Outcome stat(struct stat& to);
  virtual Outcome truncate(std::uint64_t bytes);
  virtual Outcome set_mode(mode_t mode);
  virtual Outcome set_time(const timespec& changed);
  virtual Outcome sync();
  virtual Outcome ioctl(unsigned long request, void* argument);
  /// Of a directory: the next entry. @return 1, 0 at the end
  virtual Outcome next_entry(::dirent& to);
  virtual Outcome set_entry_position(std::uint64_t position);
  virtual std::uint64_t entry_position() const;
  /// Of a directory: its normal path. Null for anything else.
  virtual const char* directory_path() const;

  /// The whole content where it stands in memory, when it does so for good; null otherwise.
  virtual const void* content();

  /// What is possible now: bits of POLLIN, POLLOUT, POLLHUP, POLLERR. `set` is null when nobody will wait.
  virtual short poll(PollSet* set);

  /// The last reference is gone: release everything, `this` included when it was allocated.
  virtual void destroy() = 0;

  int flags = 0;                 ///< O_ACCMODE, O_APPEND, O_NONBLOCK, as open() and fcntl(F_SETFL) set them
  std::uint32_t references = 0;  ///< the descriptor table's own

 protected:
  ~FileOperations() = default;
};

}  // namespace wick::fs
