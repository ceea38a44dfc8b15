// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// BSD sockets as files of the descriptor table, directly on lwIP's raw API: what arrives is queued here by lwIP's
// callbacks, on the network thread, and waits for whoever reads. One vCPU and no preemption, so no locks.

#include <sys/socket.h>

#include "abi/types.h"
#include "fs/file.h"
#include "lwip/ip.h"
#include "net/sockets/address.h"
#include "sched/thread.h"

namespace wick::net {

/// The largest buffers, which are the stack's own windows.
inline constexpr int kMaxBuffer = 256 * 1024;

/// What setsockopt() has asked for. Kept by the socket and not only by lwIP's control block, so that it outlives the
/// connection and an accepted socket inherits it, as on Linux.
struct Options {
  bool reuse = false, keep_alive = false, broadcast = false, no_delay = false, only_ipv6 = false;
  std::uint8_t hops = 255, service = 0;
  int keep_idle = 7200, keep_interval = 75, keep_count = 9;  ///< seconds, seconds, probes
  int receive_buffer = kMaxBuffer, send_buffer = kMaxBuffer;
  int low_water = 1;          ///< bytes that make a socket readable
  unsigned user_timeout = 0;  ///< milliseconds without an acknowledgement that end a connection; 0: the stack's own
  linger at_close{};
};

class Socket : public fs::FileOperations {
 public:
  explicit Socket(int family);

  virtual int type() const = 0;
  virtual int bind(const Endpoint& local) = 0;
  virtual int connect(const Endpoint& peer) = 0;
  virtual int disconnect() = 0;  ///< connect() to an address of family AF_UNSPEC
  virtual int listen(int) { return -EOPNOTSUPP; }
  /// @return a new socket without a descriptor, or null and -errno
  virtual Socket* accept(bool, int& error) { return error = -EOPNOTSUPP, nullptr; }
  virtual fs::Outcome send(const msghdr& message, int flags) = 0;
  virtual fs::Outcome receive(msghdr& message, int flags) = 0;
  virtual int shutdown(int how) = 0;
  virtual int local(Endpoint& to) const = 0;
  virtual int peer(Endpoint& to) const = 0;
  /// Of options that both kinds know; the others are asked of the kind.
  int set_option(int level, int option, int value);
  /// @return the value or -errno
  int get_option(int level, int option) const;

  fs::Outcome read(void* to, std::size_t bytes) override;
  fs::Outcome write(const void* from, std::size_t bytes) override;
  fs::Outcome readv(const iovec* pieces, int count) override;
  fs::Outcome writev(const iovec* pieces, int count) override;
  fs::Outcome stat(struct stat& to) override;

  int family() const { return family_; }
  const Options& options() const { return options_; }
  void linger_at_close(const linger& wanted) { options_.at_close = wanted; }
  /// Whom the connection is or was with, also when it is over.
  const Endpoint& last_peer() const { return remote_; }
  /// @return the pending error, which is then forgotten
  int take_error();

  Nanoseconds receive_timeout{}, send_timeout{};  ///< zero: none

 protected:
  ~Socket() = default;
  bool blocking(int flags) const;
  /// Waits for a change. @return 0, -EAGAIN at the deadline, or what an interruption means: calls with a time limit
  /// don't start again
  int wait(Nanoseconds deadline);
  static Nanoseconds deadline(Nanoseconds timeout);
  virtual int set_kind_option(int level, int option, int value) = 0;
  virtual int get_kind_option(int level, int option) const = 0;
  virtual bool bound() const = 0;
  virtual void apply_options() = 0;  ///< to the control block, if there is one

  int family_;
  Options options_;
  Endpoint local_, remote_;  ///< what getsockname() tells when there is no control block, and last_peer()
  int error_ = 0;            ///< as errno, for SO_ERROR and the next operation
  sched::WaitQueue changed_;
};

/// @return null without memory
Socket* make_stream_socket(int family);
Socket* make_datagram_socket(int family);

/// The type of address that lwIP wants: AF_INET6 takes both kinds unless it is restricted.
inline std::uint8_t lwip_type(int family, bool only_ipv6) {
  return family == AF_INET ? IPADDR_TYPE_V4 : only_ipv6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY;
}

/// Puts the options that both kinds of control block have into one.
template <typename Block>
void apply_common(const Options& options, Block* block) {
  auto flag = [&](bool on, std::uint8_t which) {
    block->so_options = static_cast<std::uint8_t>(on ? block->so_options | which : block->so_options & ~which);
  };
  flag(options.reuse, SOF_REUSEADDR);
  flag(options.keep_alive, SOF_KEEPALIVE);
  flag(options.broadcast, SOF_BROADCAST);
  block->ttl = options.hops;
  block->tos = options.service;
}

}  // namespace wick::net
