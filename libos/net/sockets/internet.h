// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sockets of the Internet, directly on lwIP's raw API: what arrives is queued here by lwIP's callbacks, on the network
// thread, and waits for whoever reads. Both run within a guard of State::network.

#include "lwip/ip.h"
#include "net/sockets/address.h"
#include "net/sockets/socket.h"

namespace wick::net {

/// The largest buffers, which are the stack's own windows.
inline constexpr int kMaxBuffer = 256 * 1024;

/// What setsockopt() has asked for. Kept by the socket and not only by lwIP's control block, so that it outlives the
/// connection and an accepted socket inherits it, as on Linux.
struct Options {
  bool reuse = false, reuse_port = false, keep_alive = false, broadcast = false, no_delay = false, only_ipv6 = false;
  std::uint8_t hops = 255, service = 0;
  int keep_idle = 7200, keep_interval = 75, keep_count = 9;  ///< seconds, seconds, probes
  int receive_buffer = kMaxBuffer, send_buffer = kMaxBuffer;
  int low_water = 1;         ///< bytes that make a socket readable
  bool packet_info = false;  ///< datagrams tell where they came to
  bool out_of_band_inline = false;
  bool cork = false;       ///< less than a segment waits for more
  bool quick_ack = false;  ///< what comes is acknowledged at once
  int priority = 0;
  int max_segment = 0;        ///< 0: the stack's own
  int defer_accept = 0;       ///< seconds that a connection without data isn't told of
  unsigned user_timeout = 0;  ///< milliseconds without an acknowledgement that end a connection; 0: the stack's own
};

class InternetSocket : public Socket {
 public:
  explicit InternetSocket(int family);

  virtual int bind(const Endpoint& local) = 0;
  virtual int connect(const Endpoint& peer) = 0;
  virtual int disconnect() = 0;  ///< connect() to an address of family AF_UNSPEC
  virtual int local(Endpoint& to) const = 0;
  virtual int peer(Endpoint& to) const = 0;

  InternetSocket* accept(bool, int& error) override { return error = -EOPNOTSUPP, nullptr; }
  int bind_name(const sockaddr* name, socklen_t length) final;
  int connect_name(const sockaddr* name, socklen_t length) final;
  int own_name(sockaddr* name, socklen_t* length) const final;
  int peer_name(sockaddr* name, socklen_t* length) const final;
  void caller_name(sockaddr* name, socklen_t* length) const final;
  int protocol() const final;
  int set_option(int level, int option, int value) final;
  int get_option(int level, int option) const final;

  const Options& options() const { return options_; }

 protected:
  ~InternetSocket() = default;
  virtual int set_kind_option(int level, int option, int value) = 0;
  virtual int get_kind_option(int level, int option) const = 0;
  virtual bool bound() const = 0;
  virtual void apply_options() = 0;  ///< to the control block, if there is one

  Options options_;
  Endpoint local_, remote_;  ///< what getsockname() tells when there is no control block, and whom it is or was with
};

/// @return null without memory
InternetSocket* make_stream_socket(int family);
InternetSocket* make_datagram_socket(int family);

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
  flag(options.reuse || options.reuse_port, SOF_REUSEADDR);
  flag(options.keep_alive, SOF_KEEPALIVE);
  flag(options.broadcast, SOF_BROADCAST);
  block->ttl = options.hops;
  block->tos = options.service;
}

}  // namespace wick::net
