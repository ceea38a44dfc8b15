// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sockets of AF_VSOCK: streams between guest and host (virtio 1.2 §5.10.6). What is sent is the device's at once, as
// far as the peer has said that it has room; what arrives waits here, in a buffer of which the peer is told. What the
// peer says is not trusted: it fills no more than that, and counts that can't be mean no room.

#include "class/vsock.h"
#include "net/sockets/socket.h"

namespace wick::net {

struct VsockAddress {
  std::uint32_t cid, port;
  bool operator==(const VsockAddress&) const = default;
};

class VsockSocket final : public Socket {
 public:
  VsockSocket();

  int type() const override { return SOCK_STREAM; }
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
  int get_structure(int level, int option, void* value, socklen_t* length) const override;
  short poll() override;
  void destroy() override;

 private:
  friend class VsockTransport;
  enum class Stage : std::uint8_t { fresh, listening, connecting, connected, over };
  /// Packets that are to go out as soon as the device has room, a bit each, in their order.
  enum Owed : std::uint8_t { kRequest = 1, kResponse = 2, kCredit = 4, kShutdown = 8, kReset = 16 };

  static constexpr std::uint32_t kWindow = 64 * 1024;  ///< a power of two

  // For the transport.
  void take(const virtio::VsockHeader& header, std::span<const std::uint8_t> data);
  void take_request(const virtio::VsockHeader& header);
  void lose(int error);
  /// Sends what is owed. @return false when some of it had no room
  bool pay();
  /// Whether nobody needs it any more.
  bool done() const { return closed_ && stage_ == Stage::over && owed_ == 0; }
  virtio::VsockHeader header(virtio::VsockOperation operation, std::uint32_t flags = 0);

  void take_connected(const virtio::VsockHeader& header, std::span<const std::uint8_t> data);
  void take_data(std::span<const std::uint8_t> data);
  void owe(std::uint8_t what);
  void end(int error);
  bool get_buffer();
  int choose_port();
  std::uint32_t waiting() const { return received_ - passed_; }
  std::uint32_t credit() const;
  bool writing_over() const { return stage_ != Stage::connected || writing_ended_ || peer_receives_no_more_; }
  bool reading_over() const { return stage_ != Stage::connected || reading_ended_ || peer_sends_no_more_; }
  void drop_pending();

  Stage stage_ = Stage::fresh;
  std::uint8_t owed_ = 0;
  bool bound_ = false, closed_ = false, wants_room_ = false;
  bool reading_ended_ = false, writing_ended_ = false;
  bool peer_sends_no_more_ = false, peer_receives_no_more_ = false;
  VsockAddress own_{}, peer_{};
  std::uint32_t sent_ = 0, peer_passed_ = 0, peer_room_ = 0;  ///< of what goes out: counts modulo 2^32
  std::uint32_t received_ = 0, passed_ = 0, told_ = 0;  ///< of what comes: told_ is what the peer knows of passed_
  std::uint8_t* buffer_ = nullptr;
  Nanoseconds until_ = kNever;  ///< one that was closed waits for the peer's agreement no longer
  unsigned backlog_ = 0, pending_ = 0;
  VsockSocket *first_pending_ = nullptr, *last_pending_ = nullptr, *next_pending_ = nullptr;
  VsockSocket* next_ = nullptr;  ///< of all
};

}  // namespace wick::net
