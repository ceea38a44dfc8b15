// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Unix sockets between the threads of the appliance: streams, datagrams and sequences of packets. A message is copied
// once into the receiver's queue, and once out of it.

#include "net/sockets/socket.h"
#include "net/sockets/unix_message.h"

namespace wick::net {

class UnixSocket final : public Socket {
 public:
  explicit UnixSocket(int type) : Socket(AF_UNIX), type_(type) {}

  int type() const override { return type_; }
  int protocol() const override { return 0; }
  int bind_name(const sockaddr* name, socklen_t length) override;
  int connect_name(const sockaddr* name, socklen_t length) override;
  int listen(int backlog) override;
  Socket* accept(bool may_wait, int& error) override;
  fs::Outcome send(const msghdr& message, int flags) override;
  fs::Outcome receive(msghdr& message, int flags) override;
  fs::Outcome ioctl(unsigned long request, void* argument) override;
  int shutdown(int how) override;
  int own_name(sockaddr* name, socklen_t* length) const override;
  int peer_name(sockaddr* name, socklen_t* length) const override;
  void caller_name(sockaddr* name, socklen_t* length) const override;
  int set_option(int level, int option, int value) override;
  int get_option(int level, int option) const override;
  short poll() override;
  void destroy() override;

  static void make_pair(UnixSocket& one, UnixSocket& other);

 private:
  enum class State : std::uint8_t { fresh, connected, listening };

  bool stream() const { return type_ == SOCK_STREAM; }
  bool connects() const { return type_ != SOCK_DGRAM; }

  static UnixSocket* find(const UnixName& name, int& error);
  int choose_name();
  void unbind();
  void set_peer(UnixSocket* peer);
  void lose_peer(int error);
  int connect_to(UnixSocket& to);
  void refuse_pending();
  void end_reading();
  void end_writing();
  void tell_senders();

  UnixSocket* destination(const msghdr& message, int& error);
  bool has_room(std::size_t cost) const;
  void append(UnixMessage* message);
  void drop_first();
  fs::Outcome send_stream(const msghdr& message, int flags, PassedFiles& files, Nanoseconds until);
  fs::Outcome send_whole(const msghdr& message, int flags, PassedFiles& files, Nanoseconds until);
  fs::Outcome take_stream(msghdr& message, int flags, std::size_t already);
  fs::Outcome take_whole(msghdr& message, int flags);

  const int type_;
  State state_ = State::fresh;
  bool bound_ = false, connected_once_ = false;
  bool reading_ended_ = false, writing_ended_ = false;
  bool awaits_room_ = false;  ///< somebody has found that its peer takes nothing more
  UnixName name_, peer_name_;
  UnixPlace place_;
  UnixSocket* next_bound_ = nullptr;
  UnixSocket* peer_ = nullptr;         ///< where what is sent goes
  UnixSocket* senders_ = nullptr;      ///< those whose peer this is
  UnixSocket* next_sender_ = nullptr;  ///< in its peer's list
  UnixMessage *first_ = nullptr, *last_ = nullptr;
  std::size_t queued_bytes_ = 0;
  unsigned queued_ = 0;
  UnixSocket *first_pending_ = nullptr, *last_pending_ = nullptr, *next_pending_ = nullptr;
  unsigned pending_ = 0, backlog_ = 0;
  sched::WaitQueue room_;  ///< who waits to send here; may outlive this socket, and looks for it anew
};

}  // namespace wick::net
