// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// BSD sockets as files of the descriptor table: what those of every family have in common. They are used
// within guards of State::files and State::network.

#include <fcntl.h>
#include <sys/socket.h>

#include "abi/types.h"
#include "fs/file.h"
#include "sched/thread.h"

namespace wick::net {

/// For send(): the bytes stay where they are, as they are, for good. Not the program's to say.
inline constexpr int kStays = MSG_ZEROCOPY;

class Socket : public fs::FileOperations {
 public:
  explicit Socket(int family) : family_(family) {
    flags = O_RDWR;
    kind = fs::FileKind::socket;
  }

  int family() const { return family_; }
  virtual int type() const = 0;
  virtual int protocol() const = 0;
  virtual int bind_name(const sockaddr* name, socklen_t length) = 0;
  virtual int connect_name(const sockaddr* name, socklen_t length) = 0;
  virtual int listen(int) { return -EOPNOTSUPP; }
  /// @return a new socket without a descriptor, or null and -errno
  virtual Socket* accept(bool, int& error) { return error = -EOPNOTSUPP, nullptr; }
  virtual fs::Outcome send(const msghdr& message, int flags) = 0;
  virtual fs::Outcome receive(msghdr& message, int flags) = 0;
  virtual int shutdown(int how) = 0;
  virtual int own_name(sockaddr* name, socklen_t* length) const = 0;
  virtual int peer_name(sockaddr* name, socklen_t* length) const = 0;
  /// Of one that was accepted: who called, also when the connection is over.
  virtual void caller_name(sockaddr* name, socklen_t* length) const = 0;
  /// Options whose value is an int, but for those that calls.cpp does itself.
  virtual int set_option(int level, int option, int value) = 0;
  /// @return the value or -errno
  virtual int get_option(int level, int option) const = 0;
  /// Options whose value is something else. Nothing is written where the answer isn't 0.
  virtual int get_structure(int, int, void*, socklen_t*) const { return -ENOPROTOOPT; }

  fs::Outcome read(void* to, std::size_t bytes) override;
  fs::Outcome write(const void* from, std::size_t bytes) override;
  fs::Outcome readv(const iovec* pieces, int count) override;
  fs::Outcome writev(const iovec* pieces, int count) override;
  fs::Outcome stat(struct stat& to) override;

  /// @return the pending error, which is then forgotten
  int take_error();

  Nanoseconds receive_timeout{}, send_timeout{};  ///< zero: none
  linger at_close{};

 protected:
  ~Socket() = default;
  bool blocking(int flags) const;
  /// Waits for a change. @return 0, -EAGAIN at the deadline, or what an interruption means: calls with a time limit
  /// don't start again
  int wait(Nanoseconds deadline) { return wait_in(changed_, deadline); }
  static int wait_in(sched::WaitQueue& queue, Nanoseconds deadline);
  static Nanoseconds deadline(Nanoseconds timeout);
  /// Wakes who waits in an operation, and tells who watches.
  void notify(short events) {
    changed_.wake_all();
    tell(events);
  }

  int family_;
  int error_ = 0;  ///< as errno, for SO_ERROR and the next operation
  sched::WaitQueue changed_;
};

}  // namespace wick::net
