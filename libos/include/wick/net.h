// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// TCP for applications that want the speed: callbacks on the network thread, bytes read where the device put them,
// answers sent from where they lie. No thread, buffer or copy stands between the application and the stack; callbacks
// must not block, and a connection is used by them alone. The BSD sockets (<sys/socket.h>) are the comfortable way.

#include <cstddef>
#include <cstdint>
#include <string_view>

struct tcp_pcb;
struct pbuf;

namespace wick::net {

/// What the sender may do with bytes after write() has returned.
enum class Memory : std::uint8_t {
  changing,  ///< anything: they are copied now
  fixed,     ///< nothing, ever: they are sent from where they are, also by a retransmission minutes later
};

struct Peer {
  std::uint8_t address[16];  ///< network order; the first 4 bytes for IPv4
  bool ipv6;
  std::uint16_t port;
};

/// One TCP connection. The application derives from it and owns the object; after closed() nothing here touches it.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The connection is there: from now on the functions below may be called.
  virtual void opened() {}

  /// Bytes have arrived. @return how many of them are used up; the rest is offered again, with what follows it, after
  /// resume(). Until then the peer's window stays closed by as much.
  virtual std::size_t received(std::string_view bytes) = 0;

  /// There is room to write again; asked for by notify_writable().
  virtual void writable() {}

  /// The peer sends no more. The default closes.
  virtual void end_of_stream() { close(); }

  /// Every `seconds` of set_timer().
  virtual void timer() {}

  /// The connection is gone: closed by close() or abort(), or broken. The object may be deleted in here.
  virtual void closed() = 0;

  /// Queues as much as there is room for; it goes out at the end of the callback, or at flush(). @return bytes taken
  std::size_t write(std::string_view bytes, Memory memory);
  std::size_t room() const;
  void notify_writable(bool wanted);
  void flush();

  /// Offers bytes that received() had left.
  void resume();

  /// Sends what is queued, then ends the connection; what the peer still sends is thrown away. closed() follows.
  void close();
  /// As close(), but lets the peer finish sending first, so that it reads our last words. Ends with end_of_stream().
  void finish_sending();
  /// Ends the connection with a reset. closed() follows.
  void abort();

  void set_timer(unsigned seconds);
  Peer peer() const;

  /// Whether the memory for bytes queued by all connections together runs short: then a connection has room only while
  /// nothing of its own is queued, so that peers who don't read can't take it from those who do.
  static bool pressed();

 protected:
  ~Connection() = default;

 private:
  friend class Listener;
  friend struct Callbacks;
  void deliver();

  tcp_pcb* pcb_ = nullptr;
  pbuf* pending_ = nullptr;  ///< received and not used up
  bool in_callback_ = false, closing_ = false, aborting_ = false, ended_ = false, paused_ = false;
};

/// Accepts connections at a port, IPv4 and IPv6.
class Listener {
 public:
  /// Gives a connection object for a new connection, or nullptr to refuse it.
  using Accept = Connection* (*)(void* context);

  /// @return false when the port is taken or there is no memory
  bool open(std::uint16_t port, Accept accept, void* context = nullptr);
  void close();

  /// Connections that were refused, by the application or for want of memory.
  std::uint64_t refused() const { return refused_; }

 private:
  friend struct Callbacks;
  tcp_pcb* pcb_ = nullptr;
  Accept accept_ = nullptr;
  void* context_ = nullptr;
  std::uint64_t refused_ = 0;
};

/// Counters over all interfaces, for /metrics.
struct Statistics {
  std::uint64_t received_frames, received_bytes, sent_frames, sent_bytes, dropped_frames;
  std::uint64_t flushes;      ///< batches handed to a device: at most so many doorbells
  std::uint64_t waits;        ///< times that the network thread waited for an event
  std::uint64_t connections;  ///< TCP connections, those in TIME_WAIT included
  std::uint64_t connection_limit;
  std::uint64_t exhausted;   ///< times that the stack's memory had nothing to give
  std::uint64_t pool_bytes;  ///< of the heap, taken by the stack at start
};
Statistics statistics();

/// Seconds since the appliance started, as of the present callback. Costs nothing.
std::uint64_t turn_seconds();

/// Runs the calling thread's share of the appliance: sleeps for ever while callbacks do the work.
[[noreturn]] void serve();

}  // namespace wick::net
