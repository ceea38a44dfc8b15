// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The host's end of a guest's streams (virtio 1.2 §5.10.6): Unix sockets on one side, packets on the other. Neither the
// guest nor clients are trusted: connections and what waits for each are bounded, a guest that sends more than it may
// loses the connection, and where one side takes nothing, nothing is taken from the other.

#include <poll.h>
#include <sys/un.h>

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/virtio/vsock.h"

namespace wick::monitor {

/// @return nothing when it is too long
std::optional<sockaddr_un> unix_name(const std::string& path);

class VsockHost {
 public:
  /// @param packets a message socket  @param listener for clients; both non-blocking
  VsockHost(int packets, int listener, std::string path)
      : packets_(packets), listener_(listener), path_(std::move(path)) {}

  /// Until the other end of `packets` is closed, and what the guest has sent is passed on.
  void run();

  static constexpr unsigned kMaxConnections = 256;
  static constexpr std::uint32_t kWindow = 64 * 1024;  ///< of the guest's bytes that wait for a client

 private:
  using Header = virtio::VsockHeader;
  using Operation = virtio::VsockOperation;
  enum Owed : std::uint8_t { kRequest = 1, kResponse = 2, kCredit = 4, kShutdown = 8, kReset = 16 };

  struct Connection {
    /// asking: a client hasn't said yet what port it wants; calling: the guest hasn't answered; ending: what waits is
    /// still written, then it is over.
    enum class Stage : std::uint8_t { asking, calling, connected, ending, over };
    int file = -1;
    Stage stage = Stage::asking;
    std::string line;  ///< of a client that asks
    std::uint32_t guest_port = 0, host_port = 0;
    std::uint8_t owed = 0;
    bool host_ended = false, guest_sends_no_more = false, guest_receives_no_more = false;
    std::uint32_t sent = 0, guest_passed = 0, guest_room = 0;
    std::uint32_t received = 0, told = 0;
    std::string waiting;  ///< of the guest's, for the client

    std::uint32_t passed() const { return received - static_cast<std::uint32_t>(waiting.size()); }
    std::uint32_t credit() const { return sent - guest_passed < guest_room ? guest_room - (sent - guest_passed) : 0; }
    bool may_send() const {
      return stage == Stage::connected && !host_ended && !guest_receives_no_more && credit() > 0;
    }
  };
  using Stage = Connection::Stage;

  void wait();
  bool full() const { return resets_.size() >= kMaxConnections; }
  void accept_clients();
  void hear_guest();
  void take(const Header& header, std::span<const std::uint8_t> data);
  void take_word(std::uint32_t flags);
  void take_request(const Header& header);
  void take_shutdown(Connection& its, std::uint32_t flags);
  void refuse(const Header& header);
  Connection* find(std::uint32_t guest_port, std::uint32_t host_port);
  void answer_client(Connection& its);
  void read_line(Connection& its);
  void read_client(Connection& its);
  void write_client(Connection& its);
  void end(Connection& its, bool tell);
  void pay();
  bool send(const Header& header, std::span<const std::uint8_t> data = {});
  Header header(Connection& its, Operation operation, std::uint32_t flags = 0);

  int packets_, listener_;
  std::string path_;
  std::vector<std::unique_ptr<Connection>> all_;
  std::vector<pollfd> files_;
  std::deque<Header> resets_;          ///< for whom there is no connection
  std::vector<std::uint8_t> pending_;  ///< a packet that the guest's side had no room for: it goes first
  std::uint32_t next_port_ = 1u << 30;
  bool ending_ = false;
  long end_time_ = 0;  ///< seconds
};

}  // namespace wick::monitor
