// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See vsock.h: life, names, options and end of a socket. Packets and data are in vsock_data.cpp.

#include "net/vsock/vsock.h"

#include <linux/vm_sockets.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "net/vsock/transport.h"
#include "time/clock.h"

namespace wick::net {

namespace {

constexpr short kEverything = POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP;
constexpr Nanoseconds kConnectTime = time::milliseconds(2000), kCloseTime = time::milliseconds(8000);  // as Linux has
constexpr int kMaxBacklog = 128;

int read_name(const sockaddr* name, socklen_t length, VsockAddress& to) {
  sockaddr_vm its;
  if (!name) return -EFAULT;
  if (length < sizeof its) return -EINVAL;
  std::memcpy(&its, name, sizeof its);
  if (its.svm_family != AF_VSOCK) return -EAFNOSUPPORT;
  to = {its.svm_cid, its.svm_port};
  return 0;
}

void write_name(const VsockAddress& from, sockaddr* name, socklen_t* length) {
  sockaddr_vm its{};
  its.svm_family = AF_VSOCK;
  its.svm_cid = from.cid;
  its.svm_port = from.port;
  std::memcpy(name, &its, std::min<std::size_t>(*length, sizeof its));
  *length = sizeof its;
}

}  // namespace

VsockSocket::VsockSocket() : Socket(AF_VSOCK) { vsock_transport().add(*this); }

bool VsockSocket::get_buffer() {
  if (!buffer_) buffer_ = static_cast<std::uint8_t*>(std::malloc(kWindow));
  return buffer_;
}

int VsockSocket::bind_name(const sockaddr* name, socklen_t length) {
  VsockAddress wanted;
  if (const int wrong = read_name(name, length, wanted)) return wrong;
  if (bound_) return -EINVAL;
  auto& all = vsock_transport();
  if (wanted.cid != VMADDR_CID_ANY && wanted.cid != all.cid()) return -EADDRNOTAVAIL;
  if (wanted.port == VMADDR_PORT_ANY)
    wanted.port = all.free_port();
  else if (all.find(wanted.port, nullptr))
    return -EADDRINUSE;
  own_ = wanted;
  bound_ = true;
  return 0;
}

int VsockSocket::connect_name(const sockaddr* name, socklen_t length) {
  VsockAddress wanted;
  if (const int wrong = read_name(name, length, wanted)) return wrong;
  if (stage_ == Stage::connecting) return -EALREADY;
  if (stage_ == Stage::connected) return -EISCONN;
  if (stage_ != Stage::fresh) return -EINVAL;
  auto& all = vsock_transport();
  if (all.broken() || wanted.cid == all.cid() || wanted.cid == VMADDR_CID_LOCAL || wanted.cid == VMADDR_CID_ANY)
    return -ENODEV;
  if (!get_buffer()) return -ENOMEM;
  if (!bound_) own_ = {VMADDR_CID_ANY, all.free_port()};
  bound_ = true;
  if (all.find(own_.port, &wanted)) return -EADDRINUSE;
  peer_ = wanted;
  stage_ = Stage::connecting;
  owe(kRequest);
  if (!blocking(0)) return -EINPROGRESS;
  const Nanoseconds until = deadline(raw(send_timeout) ? send_timeout : kConnectTime);
  while (stage_ == Stage::connecting) {
    const int wrong = wait(until);
    if (wrong == 0) continue;
    if (wrong != -EAGAIN) return wrong;
    owed_ &= static_cast<std::uint8_t>(~kRequest);
    owe(kReset);
    stage_ = Stage::fresh;
    return -ETIMEDOUT;
  }
  return error_ ? -take_error() : 0;
}

int VsockSocket::listen(int backlog) {
  if (stage_ != Stage::fresh && stage_ != Stage::listening) return -EINVAL;
  if (!bound_) return -EINVAL;
  backlog_ = static_cast<unsigned>(std::clamp(backlog, 1, kMaxBacklog));
  stage_ = Stage::listening;
  return 0;
}

Socket* VsockSocket::accept(bool may_wait, int& error) {
  const Nanoseconds until = deadline(receive_timeout);
  while (!first_pending_) {
    if (stage_ != Stage::listening) return error = -EINVAL, nullptr;
    if ((error = may_wait ? wait(until) : -EAGAIN) != 0) return nullptr;
  }
  VsockSocket* const made = first_pending_;
  first_pending_ = made->next_pending_;
  --pending_;
  error = 0;
  return made;
}

/// §5.10.6.4: a socket for whoever calls, unless there are too many that nobody has taken yet.
void VsockSocket::take_request(const virtio::VsockHeader& header) {
  void* const room = stage_ == Stage::listening && pending_ < backlog_ ? std::malloc(sizeof(VsockSocket)) : nullptr;
  VsockSocket* const made = room ? new (room) VsockSocket : nullptr;
  const bool good = made && made->get_buffer();
  if (!good) {
    if (made) vsock_transport().remove(*made);
    return vsock_transport().refuse(header);
  }
  made->own_ = {own_.cid, header.to_port};
  made->peer_ = {static_cast<std::uint32_t>(header.from_cid), header.from_port};
  made->bound_ = true;
  made->stage_ = Stage::connected;
  made->peer_room_ = header.room;
  made->peer_passed_ = header.passed;
  (!first_pending_ ? first_pending_ : last_pending_->next_pending_) = made;
  last_pending_ = made;
  ++pending_;
  made->owe(kResponse);
  notify(POLLIN);
}

void VsockSocket::drop_pending() {
  while (first_pending_) {
    VsockSocket* const one = first_pending_;
    first_pending_ = one->next_pending_;
    one->owe(kReset);
    one->destroy();
  }
  pending_ = 0;
}

void VsockSocket::end(int error) {
  stage_ = Stage::over;
  owed_ &= kReset;
  until_ = kNever;
  if (error) error_ = error;
  notify(kEverything);
}

void VsockSocket::lose(int error) {
  if (stage_ == Stage::connecting || stage_ == Stage::connected) end(error);
  if (stage_ == Stage::over || vsock_transport().broken()) owed_ = 0;
}

/// What isn't read any more ends the connection at once, so that the peer knows; else the peer has to agree
/// (§5.10.6.5).
void VsockSocket::destroy() {
  drop_pending();
  closed_ = true;
  const bool hard = waiting() > 0 || (at_close.l_onoff && at_close.l_linger == 0) || (owed_ & kReset);
  if (stage_ == Stage::connected && !hard) {
    reading_ended_ = writing_ended_ = true;
    until_ = time::deadline(kCloseTime);
    owe(kShutdown);
  } else {
    const bool connects = stage_ == Stage::connected || stage_ == Stage::connecting;
    end(0);
    if (connects) owe(kReset);
  }
  if (done())
    vsock_transport().remove(*this);
  else
    vsock_transport().wake();
}

int VsockSocket::shutdown(int how) {
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
  if (stage_ != Stage::connected) return -ENOTCONN;
  if (how != SHUT_WR) reading_ended_ = true;
  if (how != SHUT_RD) writing_ended_ = true;
  owe(kShutdown);
  notify(kEverything);
  return 0;
}

int VsockSocket::own_name(sockaddr* name, socklen_t* length) const {
  write_name(bound_ ? own_ : VsockAddress{VMADDR_CID_ANY, VMADDR_PORT_ANY}, name, length);
  return 0;
}

int VsockSocket::peer_name(sockaddr* name, socklen_t* length) const {
  if (stage_ != Stage::connected) return -ENOTCONN;
  write_name(peer_, name, length);
  return 0;
}

void VsockSocket::caller_name(sockaddr* name, socklen_t* length) const { write_name(peer_, name, length); }

fs::Outcome VsockSocket::ioctl(unsigned long request, void* argument) {
  if (!argument) return -EFAULT;
  if (request == FIONREAD)
    *static_cast<int*>(argument) = static_cast<int>(waiting());
  else if (request == IOCTL_VM_SOCKETS_GET_LOCAL_CID)
    *static_cast<unsigned*>(argument) = vsock_transport().cid();
  else
    return -ENOTTY;
  return 0;
}

/// What Linux takes without its changing anything here.
int VsockSocket::set_option(int level, int option, int) {
  const bool known = level == SOL_SOCKET && (option == SO_REUSEADDR || option == SO_REUSEPORT ||
                                             option == SO_KEEPALIVE || option == SO_RCVBUF || option == SO_SNDBUF);
  return known ? 0 : -ENOPROTOOPT;
}

int VsockSocket::get_option(int level, int option) const {
  if (level != SOL_SOCKET) return -ENOPROTOOPT;
  if (option == SO_ACCEPTCONN) return stage_ == Stage::listening;
  if (option == SO_RCVBUF || option == SO_SNDBUF) return static_cast<int>(kWindow);
  return option == SO_REUSEADDR || option == SO_REUSEPORT || option == SO_KEEPALIVE ? 0 : -ENOPROTOOPT;
}

int VsockSocket::get_structure(int level, int option, void* value, socklen_t* length) const {
  if (level != AF_VSOCK || option < SO_VM_SOCKETS_BUFFER_SIZE || option > SO_VM_SOCKETS_BUFFER_MAX_SIZE)
    return -ENOPROTOOPT;
  constexpr std::uint64_t kBytes = kWindow;
  if (*length < sizeof kBytes) return -EINVAL;
  std::memcpy(value, &kBytes, sizeof kBytes);
  *length = sizeof kBytes;
  return 0;
}

short VsockSocket::poll() {
  short events = error_ != 0 ? POLLERR : short{0};
  if (stage_ == Stage::listening) return first_pending_ ? events | POLLIN : events;
  if (stage_ == Stage::connecting) return events;
  if (stage_ == Stage::fresh) return events | POLLOUT | POLLHUP;
  if (waiting() > 0 || reading_over()) events |= POLLIN;
  if (reading_over()) events |= POLLRDHUP;
  if (stage_ == Stage::over || (reading_over() && writing_over())) events |= POLLHUP;
  if (writing_over() || (credit() > 0 && vsock_transport().has_room()))
    events |= POLLOUT;
  else
    wants_room_ = credit() > 0;
  return events;
}

}  // namespace wick::net
