// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// TCP sockets.

#include "lwip/tcp.h"
#include "net/sockets/socket.h"

namespace wick::net {

class StreamSocket final : public Socket {
 public:
  explicit StreamSocket(int family) : Socket(family) {}

  int type() const override { return SOCK_STREAM; }
  int bind(const Endpoint& local) override;
  int connect(const Endpoint& peer) override;
  int listen(int backlog) override;
  Socket* accept(bool blocking, int& error) override;
  fs::Outcome send(const msghdr& message, int flags) override;
  fs::Outcome receive(msghdr& message, int flags) override;
  int shutdown(int how) override;
  int local(Endpoint& to) const override;
  int peer(Endpoint& to) const override;
  int set_option(int level, int option, int value) override;
  int get_option(int level, int option) override;
  short poll(fs::PollSet* set) override;
  void destroy() override;

  /// Makes the control block. @return 0 or -errno
  int create();

 private:
  enum class State : std::uint8_t { fresh, connecting, connected, listening, ended };

  void attach(tcp_pcb* pcb);
  void detach();
  void append(pbuf* packet);
  void drop_received();
  std::size_t copy_out(const iovec* pieces, std::size_t count, std::size_t already, bool keep);
  fs::Outcome send_piece(const std::uint8_t* from, std::size_t bytes, int flags, Nanoseconds until);

  static err_t on_received(void* argument, tcp_pcb* pcb, pbuf* packet, err_t error);
  static err_t on_sent(void* argument, tcp_pcb* pcb, u16_t bytes);
  static err_t on_connected(void* argument, tcp_pcb* pcb, err_t error);
  static err_t on_accepted(void* argument, tcp_pcb* pcb, err_t error);
  static void on_error(void* argument, err_t error);

  tcp_pcb* pcb_ = nullptr;
  pbuf* received_ = nullptr;  ///< linked by next; total lengths are not kept
  pbuf* received_last_ = nullptr;
  StreamSocket* next_pending_ = nullptr;
  StreamSocket* first_pending_ = nullptr;  ///< of a listening socket: accepted by the stack, not by the program yet
  StreamSocket* last_pending_ = nullptr;
  unsigned pending_ = 0, backlog_ = 0;
  State state_ = State::fresh;
  bool end_of_stream_ = false, sending_ended_ = false, linger_reset_ = false;
};

}  // namespace wick::net
