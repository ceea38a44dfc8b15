// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// BSD sockets as files of the descriptor table, directly on lwIP's raw API: what arrives is queued here by lwIP's
// callbacks, on the network thread, and waits for whoever reads. One vCPU and no preemption, so no locks.

#include <sys/socket.h>

#include "abi/types.h"
#include "fs/file.h"
#include "net/sockets/address.h"
#include "sched/thread.h"

namespace wick::net {

class Socket : public fs::FileOperations {
 public:
  explicit Socket(int family) : family_(family) { flags = 2; }  // O_RDWR

  virtual int type() const = 0;
  virtual int bind(const Endpoint& local) = 0;
  virtual int connect(const Endpoint& peer) = 0;
  virtual int listen(int) { return -EOPNOTSUPP; }
  /// @return a new socket without a descriptor, or null and -errno
  virtual Socket* accept(bool, int& error) { return error = -EOPNOTSUPP, nullptr; }
  virtual fs::Outcome send(const msghdr& message, int flags) = 0;
  virtual fs::Outcome receive(msghdr& message, int flags) = 0;
  virtual int shutdown(int how) = 0;
  virtual int local(Endpoint& to) const = 0;
  virtual int peer(Endpoint& to) const = 0;
  virtual int set_option(int level, int option, int value) = 0;
  /// @return the value or -errno
  virtual int get_option(int level, int option) = 0;

  fs::Outcome read(void* to, std::size_t bytes) override;
  fs::Outcome write(const void* from, std::size_t bytes) override;
  fs::Outcome readv(const iovec* pieces, int count) override;
  fs::Outcome writev(const iovec* pieces, int count) override;
  fs::Outcome stat(struct stat& to) override;

  int family() const { return family_; }
  /// @return the pending error, which is then forgotten
  int take_error();

  Nanoseconds receive_timeout{}, send_timeout{};  ///< zero: none

 protected:
  ~Socket() = default;
  bool blocking(int flags) const;
  /// Waits for a change. @return 0, or -EAGAIN at the deadline
  int wait(Nanoseconds deadline) { return changed_.wait_until(deadline) ? 0 : -EAGAIN; }
  static Nanoseconds deadline(Nanoseconds timeout);

  int family_;
  int error_ = 0;  ///< as errno, for SO_ERROR and the next operation
  sched::WaitQueue changed_;
};

/// @return null without memory
Socket* make_stream_socket(int family);
Socket* make_datagram_socket(int family);

/// The type of address that lwIP wants for a family: AF_INET6 takes both.
inline std::uint8_t lwip_type(int family) { return family == AF_INET ? IPADDR_TYPE_V4 : IPADDR_TYPE_ANY; }

}  // namespace wick::net
