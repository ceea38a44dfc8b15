// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The requests and answers of one connection: pipelining, keep-alive, bodies larger than the send buffer, requests that
// arrive in pieces. Speaks to its connection through Output, so that tests and the fuzzer can stand in for it.

#include <cstdint>
#include <string_view>

#include "server.h"
#include "text.h"

namespace http {

class Output {
 public:
  /// @param fixed the bytes never change: no copy is needed  @return bytes taken
  virtual std::size_t write(std::string_view bytes, bool fixed) = 0;
  virtual std::size_t room() = 0;
  /// Something is left to write: call Session::writable() once there is room.
  virtual void want_room() = 0;
  /// Nothing more will be written; `linger`: the peer may still be sending.
  virtual void end(bool linger) = 0;
  /// The connection can't go on.
  virtual void abort() = 0;
  virtual std::string_view peer() = 0;

 protected:
  ~Output() = default;
};

class Session {
 public:
  Session(Server& server, Output& output) : server_(server), output_(output) {}
  ~Session();

  /// @return bytes used up; fewer than given while an answer waits for room
  std::size_t received(std::string_view bytes);

  /// @return whether the rest of received bytes should be offered again
  bool writable();

  /// The peer sends no more: ends the connection behind the answer under way.
  void peer_ended();

  /// To be called once a second. @return whether the peer has had its time: give_up() then
  bool overdue();

  /// Ends the connection, with a word to a peer whose request never came.
  void give_up();

  /// Whether a request was answered since the last call.
  bool answered();

  /// Whether nothing is lost when the connection ends: no answer is under way.
  bool dispensable() const { return body_.empty(); }

  /// For how long nothing has come from the peer and nothing was taken by it.
  unsigned idle_seconds() const { return idle_; }

 private:
  struct Batch;
  std::size_t take_requests(std::string_view bytes, Batch& batch);
  bool answer(const Request& request, std::string_view head, Batch& batch);
  void count(const Request& request, int status, std::size_t head, std::size_t body);
  void refuse(int status, Batch& batch);
  void put_body(std::string_view body, Batch& batch);
  bool answer_metrics(const Request& request, Batch& batch);
  bool stash(std::string_view bytes);
  bool send_rest();
  void end_if_done();

  Server& server_;
  Output& output_;
  std::string_view body_;    ///< rest of the answer under way, in memory that stays
  char* owned_ = nullptr;    ///< answer made on the spot, freed when sent
  char* partial_ = nullptr;  ///< a request head that arrived in pieces
  std::size_t partial_length_ = 0;
  std::uint64_t skip_ = 0;  ///< bytes of a request body still to come
  bool ending_ = false, linger_ = false, ended_ = false, active_ = true, answered_ = false;
  unsigned idle_ = 0;    ///< seconds of silence
  unsigned waited_ = 0;  ///< seconds for the rest of one head, one body, or the peer's end
};

}  // namespace http
