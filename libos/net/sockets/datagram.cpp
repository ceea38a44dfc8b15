// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/datagram.h"

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "net/stack.h"

namespace wick::net {

Socket* make_datagram_socket(int family) {
  void* memory = std::malloc(sizeof(DatagramSocket));
  if (memory == nullptr) return nullptr;
  auto* socket = new (memory) DatagramSocket(family);
  if (socket->create() == 0) return socket;
  socket->destroy();
  return nullptr;
}

int DatagramSocket::create() {
  pcb_ = udp_new_ip_type(lwip_type(family_));
  if (pcb_ == nullptr) return -ENOBUFS;
  udp_recv(pcb_, on_received, this);
  return 0;
}

void DatagramSocket::destroy() {
  if (pcb_ != nullptr) udp_remove(pcb_);
  for (; queued_ != 0; --queued_) {
    pbuf_free(queue_[first_].packet);
    first_ = (first_ + 1) % kMaxQueued;
  }
  this->~DatagramSocket();
  std::free(this);
}

int DatagramSocket::bind(const Endpoint& local) {
  if (pcb_->local_port != 0) return -EINVAL;
  ip_addr_t address = local.address;
  if (family_ == AF_INET6 && ip_addr_isany_val(address)) address = *IP_ANY_TYPE;
  return -errno_of(udp_bind(pcb_, &address, local.port));
}

int DatagramSocket::connect(const Endpoint& peer) { return -errno_of(udp_connect(pcb_, &peer.address, peer.port)); }

void DatagramSocket::on_received(void* argument, udp_pcb*, pbuf* packet, const ip_addr_t* from, u16_t port) {
  auto& socket = *static_cast<DatagramSocket*>(argument);
  if (socket.queued_ == kMaxQueued || socket.reading_ended_) {
    pbuf_free(packet);
    return;
  }
  socket.queue_[(socket.first_ + socket.queued_++) % kMaxQueued] = {packet, {*from, port}};
  socket.changed_.wake_all();
}

fs::Outcome DatagramSocket::receive(msghdr& message, int flags) {
  const Nanoseconds until = deadline(receive_timeout);
  while (queued_ == 0) {
    if (error_ != 0) return -take_error();
    if (reading_ended_) return 0;
    if (!blocking(flags) || wait(until) != 0) return -EAGAIN;
  }
  const Datagram datagram = queue_[first_];
  std::size_t copied = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen && copied < datagram.packet->tot_len; ++piece) {
    const auto room = static_cast<u16_t>(std::min<std::size_t>(message.msg_iov[piece].iov_len, 0xffff));
    copied += pbuf_copy_partial(datagram.packet, message.msg_iov[piece].iov_base, room, static_cast<u16_t>(copied));
  }
  const std::size_t whole = datagram.packet->tot_len;
  message.msg_flags = copied < whole ? MSG_TRUNC : 0;
  to_socket_address(datagram.from, family_, static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
  if ((flags & MSG_PEEK) == 0) {
    first_ = (first_ + 1) % kMaxQueued;
    --queued_;
    pbuf_free(datagram.packet);
  }
  return static_cast<fs::Outcome>((flags & MSG_TRUNC) != 0 ? whole : copied);
}

fs::Outcome DatagramSocket::send(const msghdr& message, int) {
  if (writing_ended_) return -EPIPE;
  if (error_ != 0) return -take_error();
  Endpoint to{};
  if (message.msg_name != nullptr) {
    if (int wrong =
            from_socket_address(static_cast<const sockaddr*>(message.msg_name), message.msg_namelen, family_, to)) {
      return wrong;
    }
  } else if ((pcb_->flags & UDP_FLAGS_CONNECTED) == 0) {
    return -EDESTADDRREQ;
  }
  std::size_t bytes = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) bytes += message.msg_iov[piece].iov_len;
  if (bytes > 65507) return -EMSGSIZE;
  pbuf* packet = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(bytes), PBUF_RAM);
  if (packet == nullptr) return -ENOBUFS;
  auto* at = static_cast<std::uint8_t*>(packet->payload);
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) {
    std::memcpy(at, message.msg_iov[piece].iov_base, message.msg_iov[piece].iov_len);
    at += message.msg_iov[piece].iov_len;
  }
  const err_t error =
      message.msg_name != nullptr ? udp_sendto(pcb_, packet, &to.address, to.port) : udp_send(pcb_, packet);
  pbuf_free(packet);
  stack().expect_loopback();
  return error == ERR_OK ? static_cast<fs::Outcome>(bytes) : -errno_of(error);
}

int DatagramSocket::shutdown(int how) {
  if ((pcb_->flags & UDP_FLAGS_CONNECTED) == 0) return -ENOTCONN;
  reading_ended_ |= how == SHUT_RD || how == SHUT_RDWR;
  writing_ended_ |= how == SHUT_WR || how == SHUT_RDWR;
  changed_.wake_all();
  return 0;
}

short DatagramSocket::poll(fs::PollSet* set) {
  if (set != nullptr) set->watch(changed_);
  short events = POLLOUT;
  if (queued_ != 0 || reading_ended_) events |= POLLIN;
  if (error_ != 0) events |= POLLERR;
  return events;
}

int DatagramSocket::local(Endpoint& to) const {
  to = {pcb_->local_ip, pcb_->local_port};
  return 0;
}

int DatagramSocket::peer(Endpoint& to) const {
  if ((pcb_->flags & UDP_FLAGS_CONNECTED) == 0) return -ENOTCONN;
  to = {pcb_->remote_ip, pcb_->remote_port};
  return 0;
}

}  // namespace wick::net
