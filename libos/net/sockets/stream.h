// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// TCP sockets. The control block is lwIP's and may be gone at any time (net/owner.h): whatever must outlive it (the
// addresses, the options, what was received) lies here.

#include "lwip/tcp.h"
#include "net/owner.h"
#include "net/sockets/internet.h"

namespace wick::net {

class StreamSocket final : public InternetSocket {
 public:
  explicit StreamSocket(int family) : InternetSocket(family) {}

  int type() const override { return SOCK_STREAM; }
  int bind(const Endpoint& local) override;
  int connect(const Endpoint& peer) override;
  int disconnect() override;
  int listen(int backlog) override;
  StreamSocket* accept(bool blocking, int& error) override;
  fs::Outcome send(const msghdr& message, int flags) override;
  fs::Outcome receive(msghdr& message, int flags) override;
  fs::Outcome ioctl(unsigned long request, void* argument) override;
  int shutdown(int how) override;
  int local(Endpoint& to) const override;
  int peer(Endpoint& to) const override;
  short poll() override;
  void destroy() override;

  /// Makes the control block unless there is one. @return 0 or -errno
  int create();

 private:
  enum class State : std::uint8_t { fresh, connecting, connected, listening, ended };

  int set_kind_option(int level, int option, int value) override;
  int get_kind_option(int level, int option) const override;
  int get_structure(int level, int option, void* value, socklen_t* length) const override;
  bool bound() const override { return bound_ || state_ != State::fresh; }
  void apply_options() override;

  void attach(tcp_pcb* pcb);
  void detach();
  void remember_addresses();
  void finish_connection(int error);
  void close_connection();
  void refuse_pending();
  void limit_segments();
  bool deferred() const;
  StreamSocket** first_acceptable();
  static StreamSocket* listener_at(const ip_addr_t& address, std::uint16_t port);
  int join(StreamSocket& other);
  void leave();
  StreamSocket& next_in_turn();
  void wait_for_last_bytes();
  int bind_block();
  bool may_bind(const ip_addr_t& address, std::uint16_t port) const;
  int wait_for_connection();
  void append(pbuf* packet);
  void drop_received();
  std::size_t copy_out(const iovec* pieces, std::size_t count, std::size_t already, bool keep);
  fs::Outcome send_piece(const std::uint8_t* from, std::size_t bytes, int flags, Nanoseconds until);
  std::size_t room() const;
  void withhold(std::size_t least);
  std::size_t to_give_back(std::size_t bytes);
  bool writable() const;
  bool closing() const;
  bool over() const;

  static err_t on_received(void* argument, tcp_pcb* pcb, pbuf* packet, err_t error);
  static err_t on_sent(void* argument, tcp_pcb* pcb, u16_t bytes);
  static err_t on_tick(void* argument, tcp_pcb* pcb);
  static err_t on_connected(void* argument, tcp_pcb* pcb, err_t error);
  static err_t on_accepted(void* argument, tcp_pcb* pcb, err_t error);
  static void on_error(void* argument, err_t error);
  static void on_refused(tcp_pcb* pcb, int error);
  static void on_freed(u8_t, void* argument);
  static void on_end(void* argument);
  static constexpr Owner kOwner{{on_freed, nullptr}, on_end};

  tcp_pcb* pcb_ = nullptr;
  pbuf* received_ = nullptr;  ///< linked by next; total lengths are not kept
  pbuf* received_last_ = nullptr;
  std::size_t received_bytes_ = 0;
  std::uint32_t withheld_ = 0;  ///< of the stack's window, for SO_RCVBUF
  StreamSocket* next_pending_ = nullptr;
  StreamSocket* first_pending_ = nullptr;  ///< of a listening socket: accepted by the stack, not by the program yet
  StreamSocket** pending_end_ = &first_pending_;
  StreamSocket* deferred_by_ = nullptr;  ///< who listens, of a connection that isn't told of before it has data
  StreamSocket* next_sharer_ = nullptr;  ///< a ring of those that listen at one port; one of them has the block
  StreamSocket* turn_ = nullptr;         ///< who of them got the connection before
  Nanoseconds progress_{};               ///< when the peer last acknowledged something, for TCP_USER_TIMEOUT
  unsigned pending_ = 0, backlog_ = 0;
  State state_ = State::fresh;
  bool bound_ = false;        ///< local_ was chosen by bind()
  bool reported_ = false;     ///< connect() has told the program that the connection is there
  bool accepted_ = true;      ///< false while a connection waits for accept()
  bool awaits_room_ = false;  ///< somebody has found that nothing more can be sent
  bool end_of_stream_ = false, sending_ended_ = false;
};

}  // namespace wick::net
