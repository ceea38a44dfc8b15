// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// UDP sockets.

#include "lwip/udp.h"
#include "net/sockets/internet.h"

namespace wick::net {

class DatagramSocket final : public InternetSocket {
 public:
  explicit DatagramSocket(int family) : InternetSocket(family) {}

  int type() const override { return SOCK_DGRAM; }
  int bind(const Endpoint& local) override;
  int connect(const Endpoint& peer) override;
  int disconnect() override;
  fs::Outcome send(const msghdr& message, int flags) override;
  fs::Outcome receive(msghdr& message, int flags) override;
  fs::Outcome ioctl(unsigned long request, void* argument) override;
  int shutdown(int how) override;
  int local(Endpoint& to) const override;
  int peer(Endpoint& to) const override;
  short poll() override;
  void destroy() override;

  /// @return 0 or -errno
  int create();

 private:
  struct Datagram {
    pbuf* packet;
    Endpoint from;
    ip_addr_t to;            ///< the address that it came to
    std::uint8_t interface;  ///< and by which interface
  };
  static constexpr unsigned kMaxQueued = 64;  ///< a power of two; what comes on top is dropped, as UDP may

  int set_kind_option(int level, int option, int value) override;
  int get_kind_option(int level, int option) const override;
  bool bound() const override { return pcb_->local_port != 0; }
  void apply_options() override;
  bool connected() const { return (pcb_->flags & UDP_FLAGS_CONNECTED) != 0; }
  int bind_block(const ip_addr_t& address, std::uint16_t port);
  int route(const Endpoint& to) const;
  int read_source(const msghdr& message, ip_addr_t& source) const;
  static void tell_packet_info(const Datagram& datagram, int family, msghdr& message);

  static void on_received(void* argument, udp_pcb* pcb, pbuf* packet, const ip_addr_t* from, u16_t port);
  static void on_refused(udp_pcb* pcb, int error);

  udp_pcb* pcb_ = nullptr;
  Datagram queue_[kMaxQueued];
  unsigned first_ = 0, queued_ = 0;
  std::size_t queued_bytes_ = 0;
  bool address_bound_ = false;  ///< the local address is bind()'s, not connect()'s
  bool reading_ended_ = false, writing_ended_ = false;
};

}  // namespace wick::net
