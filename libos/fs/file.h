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

namespace wick::fs {

/// A count or value, or -errno.
using Outcome = std::int64_t;

/// Of an operation whose wait was interrupted before it did anything: its caller lets handlers run and starts it again,
/// or ends with -EINTR (posix/interruption.h). Linux has the number for it; no program sees it.
inline constexpr int kInterrupted = -512;

/// Somebody who wants to know when a file's readiness may have changed: a call of poll(), an entry of an epoll
/// descriptor. Stands in the list of one file.
class Watcher {
 public:
  constexpr explicit Watcher(const void* owner) : owner(owner) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// @param events bits of poll() that may have come
  virtual void changed(short events) = 0;
  /// The file is about to end, and the watcher stands in no list any more.
  virtual void gone() = 0;

  const void* const owner;  ///< whose it is, for who looks through a file's list
  Watcher* next = nullptr;
  Watcher* previous = nullptr;

 protected:
  ~Watcher() = default;
};

/// What a file is to the calls that take one kind alone; without RTTI it has to say so.
enum class FileKind : std::uint8_t { any, socket, epoll, timer, signals };

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

  /// What is possible now: bits of POLLIN, POLLOUT, POLLHUP, POLLERR, POLLRDHUP. Never waits.
  virtual short poll();
  /// As poll(), by all the names that POSIX has for it.
  short readiness();

  void watch(Watcher& watcher);
  void unwatch(Watcher& watcher);
  Watcher* watchers() const { return watchers_; }
  /// Says to who watches that what poll() answers may have changed. A file calls it wherever that is so.
  void tell(short events) {
    if (watchers_) tell_watchers(events);
  }
  /// The last reference is gone.
  void end();

  /// Releases everything, `this` included when it was allocated.
  virtual void destroy() = 0;

  int flags = 0;                 ///< O_ACCMODE, O_APPEND, O_NONBLOCK, as open() and fcntl(F_SETFL) set them
  std::uint32_t references = 0;  ///< the descriptor table's own
  FileKind kind = FileKind::any;

 protected:
  ~FileOperations() = default;

 private:
  void tell_watchers(short events);
  Watcher* watchers_ = nullptr;
};

}  // namespace wick::fs
