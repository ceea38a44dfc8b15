// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// UDP sockets.

#include "lwip/udp.h"
#include "net/sockets/socket.h"

namespace wick::net {

class DatagramSocket final : public Socket {
 public:
  explicit DatagramSocket(int family) : Socket(family) {}

  int type() const override { return SOCK_DGRAM; }
  int bind(const Endpoint& local) override;
  int connect(const Endpoint& peer) override;
  fs::Outcome send(const msghdr& message, int flags) override;
  fs::Outcome receive(msghdr& message, int flags) override;
  int shutdown(int how) override;
  int local(Endpoint& to) const override;
  int peer(Endpoint& to) const override;
  int set_option(int level, int option, int value) override;
  int get_option(int level, int option) override;
  short poll(fs::PollSet* set) override;
  void destroy() override;

  /// @return 0 or -errno
  int create();

 private:
  struct Datagram {
    pbuf* packet;
    Endpoint from;
  };
  static constexpr unsigned kMaxQueued = 64;  ///< a power of two; what comes on top is dropped, as UDP may

  static void on_received(void* argument, udp_pcb* pcb, pbuf* packet, const ip_addr_t* from, u16_t port);

  udp_pcb* pcb_ = nullptr;
  Datagram queue_[kMaxQueued];
  unsigned first_ = 0, queued_ = 0;
  bool reading_ended_ = false, writing_ended_ = false;
};

}  // namespace wick::net
