// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/datagram.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "net/icmp_errors.h"
#include "net/sockets/control.h"
#include "net/sockets/interfaces.h"
#include "net/stack.h"

namespace wick::net {

InternetSocket* make_datagram_socket(int family) {
  void* memory = std::malloc(sizeof(DatagramSocket));
  if (!memory) return nullptr;
  auto* socket = new (memory) DatagramSocket(family);
  if (socket->create() == 0) return socket;
  socket->destroy();
  return nullptr;
}

int DatagramSocket::create() {
  pcb_ = udp_new_ip_type(lwip_type(family_, false));
  if (!pcb_) return -ENOBUFS;
  udp_recv(pcb_, on_received, this);
  datagram_refused = on_refused;
  return 0;
}

void DatagramSocket::destroy() {
  if (pcb_) udp_remove(pcb_);
  for (; queued_ != 0; --queued_) {
    pbuf_free(queue_[first_].packet);
    first_ = (first_ + 1) % kMaxQueued;
  }
  this->~DatagramSocket();
  std::free(this);
}

int DatagramSocket::bind_block(const ip_addr_t& address, std::uint16_t port) {
  const auto used = [](std::uint16_t wanted) {
    for (const udp_pcb* other = udp_pcbs; other; other = other->next) {
      if (other->local_port == wanted) return true;
    }
    return false;
  };
  if (port == 0) port = pick_port(used);
  if (port == 0) return -EADDRINUSE;
  return -errno_of(udp_bind(pcb_, &address, port));
}

int DatagramSocket::bind(const Endpoint& local) {
  if (bound()) return -EINVAL;
  if (int wrong = own_address(local.address, true)) return wrong;
  ip_addr_t address = local.address;
  if (family_ == AF_INET6 && ip_addr_isany_val(address)) {
    address = options_.only_ipv6 ? *IP6_ADDR_ANY : *IP_ANY_TYPE;
  }
  address_bound_ = !ip_addr_isany_val(address);
  return bind_block(address, local.port);
}

/// @return 0, or why nothing can be sent there
int DatagramSocket::route(const Endpoint& to) const {
  const netif* interface = ip_route(&pcb_->local_ip, &to.address);
  if (!interface) return -ENETUNREACH;
  const bool everybody = !IP_IS_V6_VAL(to.address) && ip4_addr_isbroadcast(ip_2_ip4(&to.address), interface);
  return everybody && !options_.broadcast ? -EACCES : 0;
}

int DatagramSocket::connect(const Endpoint& to) {
  Endpoint peer = to;
  here_if_any(peer, family_);
  if (connected() && !address_bound_) (void)disconnect();  // the new peer may be behind another interface
  if (int wrong = route(peer)) return wrong;
  if (!bound()) {
    if (int wrong = bind_block(pcb_->local_ip, 0)) return wrong;
  }
  if (err_t error = udp_connect(pcb_, &peer.address, peer.port); error != ERR_OK) return -errno_of(error);
  remote_ = {pcb_->remote_ip, pcb_->remote_port};
  if (address_bound_) return 0;
  netif* interface = ip_route(&pcb_->local_ip, &pcb_->remote_ip);
  const ip_addr_t* source = interface ? ip_netif_get_local_ip(interface, &pcb_->remote_ip) : nullptr;
  if (source) ip_addr_copy(pcb_->local_ip, *source);
  return 0;
}

int DatagramSocket::disconnect() {
  const bool was = connected();
  udp_disconnect(pcb_);
  error_ = 0;
  reading_ended_ = writing_ended_ = false;
  if (!was || address_bound_) return 0;
  pcb_->local_ip = family_ == AF_INET ? *IP4_ADDR_ANY : options_.only_ipv6 ? *IP6_ADDR_ANY : *IP_ANY_TYPE;
  pcb_->remote_ip = pcb_->local_ip;
  return 0;
}

void DatagramSocket::on_received(void* argument, udp_pcb*, pbuf* packet, const ip_addr_t* from, u16_t port) {
  auto& socket = *static_cast<DatagramSocket*>(argument);
  const bool full =
      socket.queued_ == kMaxQueued || socket.queued_bytes_ >= static_cast<std::size_t>(socket.options_.receive_buffer);
  if (full || socket.reading_ended_) {
    pbuf_free(packet);
    return;
  }
  socket.queue_[(socket.first_ + socket.queued_++) % kMaxQueued] = {
      packet, {*from, port}, *ip_current_dest_addr(), netif_get_index(ip_current_input_netif())};
  socket.queued_bytes_ += packet->tot_len;
  socket.notify(POLLIN);
}

void DatagramSocket::on_refused(udp_pcb* pcb, int error) {
  if (pcb->recv != on_received) return;  // the stack's own
  auto& socket = *static_cast<DatagramSocket*>(pcb->recv_arg);
  socket.error_ = error;
  socket.notify(POLLIN | POLLERR);
}

fs::Outcome DatagramSocket::receive(msghdr& message, int flags) {
  const Nanoseconds until = deadline(receive_timeout);
  for (;;) {
    if (error_ != 0) return -take_error();
    if (queued_ != 0) break;
    if (reading_ended_) return 0;
    if (const int wrong = blocking(flags) ? wait(until) : -EAGAIN) return wrong;
  }
  const Datagram datagram = queue_[first_];
  std::size_t copied = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen && copied < datagram.packet->tot_len; ++piece) {
    const auto room = static_cast<u16_t>(std::min<std::size_t>(message.msg_iov[piece].iov_len, 0xffff));
    copied += pbuf_copy_partial(datagram.packet, message.msg_iov[piece].iov_base, room, static_cast<u16_t>(copied));
  }
  const std::size_t whole = datagram.packet->tot_len;
  if (copied < whole) message.msg_flags |= MSG_TRUNC;
  if (options_.packet_info) {
    tell_packet_info(datagram, family_, message);
  } else {
    message.msg_controllen = 0;
  }
  to_socket_address(datagram.from, family_, static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
  if ((flags & MSG_PEEK) == 0) {
    first_ = (first_ + 1) % kMaxQueued;
    --queued_;
    queued_bytes_ -= whole;
    pbuf_free(datagram.packet);
  }
  return static_cast<fs::Outcome>((flags & MSG_TRUNC) != 0 ? whole : copied);
}

void DatagramSocket::tell_packet_info(const Datagram& datagram, int family, msghdr& message) {
  ControlWriter control(message);
  Endpoint to{datagram.to, 0};
  sockaddr_in6 address;  // of either family
  socklen_t length = sizeof(address);
  to_socket_address(to, family, reinterpret_cast<sockaddr*>(&address), &length);
  if (family == AF_INET6) {
    const in6_pktinfo info{address.sin6_addr, datagram.interface};
    return control.put(IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
  }
  const in_addr here = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  const in_pktinfo info{datagram.interface, here, here};
  control.put(IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}

/// @param source as the program asks for by IP_PKTINFO or IPV6_PKTINFO; left alone when it doesn't  @return 0 or -errno
int DatagramSocket::read_source(const msghdr& message, ip_addr_t& source) const {
  if (!message.msg_control) return 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(const_cast<msghdr*>(&message), header)) {
    Endpoint from{};
    int wrong = -EINVAL;
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO &&
        header->cmsg_len >= CMSG_LEN(sizeof(in_pktinfo))) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof(info));
      ip_addr_set_ip4_u32_val(from.address, info.ipi_spec_dst.s_addr);
      wrong = 0;
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO &&
               header->cmsg_len >= CMSG_LEN(sizeof(in6_pktinfo))) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof(info));
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_addr = info.ipi6_addr;
      wrong = from_socket_address(reinterpret_cast<const sockaddr*>(&address), sizeof(address), family_, from);
    }
    if (wrong == 0) wrong = own_address(from.address, false);
    if (wrong != 0) return wrong;
    if (!ip_addr_isany_val(from.address)) source = from.address;
  }
  return 0;
}

fs::Outcome DatagramSocket::send(const msghdr& message, int) {
  if (writing_ended_) return -EPIPE;
  if (error_ != 0) return -take_error();
  Endpoint to{};
  if (message.msg_name) {
    if (int wrong =
            from_socket_address(static_cast<const sockaddr*>(message.msg_name), message.msg_namelen, family_, to)) {
      return wrong;
    }
    if (to.port == 0) return -EINVAL;
    here_if_any(to, family_);
  } else if (connected()) {
    to = remote_;
  } else {
    return -EDESTADDRREQ;
  }
  std::size_t bytes = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) bytes += message.msg_iov[piece].iov_len;
  if (bytes > 65507) return -EMSGSIZE;
  if (int wrong = route(to)) return wrong;
  if (!bound()) {
    if (int wrong = bind_block(pcb_->local_ip, 0)) return wrong;
  }
  ip_addr_t source = pcb_->local_ip;
  if (int wrong = read_source(message, source)) return wrong;
  pbuf* packet = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(bytes), PBUF_RAM);
  if (!packet) return -ENOBUFS;
  auto* at = static_cast<std::uint8_t*>(packet->payload);
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) {
    std::memcpy(at, message.msg_iov[piece].iov_base, message.msg_iov[piece].iov_len);
    at += message.msg_iov[piece].iov_len;
  }
  netif* const interface = ip_route(&source, &to.address);
  err_t error = ERR_RTE;
  if (ip_addr_eq(&source, &pcb_->local_ip)) {
    error = udp_sendto(pcb_, packet, &to.address, to.port);
  } else if (interface) {
    error = udp_sendto_if_src(pcb_, packet, &to.address, to.port, interface, &source);
  }
  pbuf_free(packet);
  stack().expect_loopback();
  return error == ERR_OK ? static_cast<fs::Outcome>(bytes) : -errno_of(error);
}

int DatagramSocket::shutdown(int how) {
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
  if (!connected()) return -ENOTCONN;
  reading_ended_ |= how == SHUT_RD || how == SHUT_RDWR;
  writing_ended_ |= how == SHUT_WR || how == SHUT_RDWR;
  notify(POLLIN | POLLRDHUP | POLLHUP);
  return 0;
}

short DatagramSocket::poll() {
  short events = POLLOUT;
  if (queued_ != 0 || reading_ended_) events |= POLLIN;
  if (reading_ended_) events |= POLLRDHUP;
  if (reading_ended_ && writing_ended_) events |= POLLHUP;
  if (error_ != 0) events |= POLLERR | POLLIN;
  return events;
}

fs::Outcome DatagramSocket::ioctl(unsigned long request, void* argument) {
  if (request != FIONREAD && request != TIOCOUTQ) return interface_request(request, argument);
  if (!argument) return -EFAULT;
  *static_cast<int*>(argument) = request == FIONREAD && queued_ != 0 ? queue_[first_].packet->tot_len : 0;
  return 0;
}

int DatagramSocket::local(Endpoint& to) const {
  to = {pcb_->local_ip, pcb_->local_port};
  return 0;
}

int DatagramSocket::peer(Endpoint& to) const {
  if (!connected()) return -ENOTCONN;
  to = {pcb_->remote_ip, pcb_->remote_port};
  return 0;
}

}  // namespace wick::net
