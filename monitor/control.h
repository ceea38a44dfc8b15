// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control socket of a running appliance (abi/host/control.h), by which `wick snapshot` asks for a snapshot. A
// thread of its own listens, takes the file that comes with the request, and waits. The guest's thread looks for a word
// of it whenever the guest is in a call of `yield`, makes a copy of this process, which writes the file from the memory
// of that moment, and goes on: the guest stands still for as long as the kernel takes to make that copy.
//
// Questions about the guest are answered by its thread, too, and at once: a timer's signal stops the guest wherever it
// is, in a loop without calls as well. Whoever has made the socket itself gets answers only, and no snapshots.
//
// Of the kernel that needs little. A connection and the file have numbers that are taken before the jail, and what
// comes later is put in their places (dup3): so the thread's filter lets it listen, talk at one place and write at
// another, and the guest's thread may do what it always may, write there, and make a copy of itself. That shares
// nothing with it, sits in the same jail, and ends when this process does.

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "abi/host/control.h"
#include "monitor/base/sentence.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

/// How a path to a file begins that is open already.
inline constexpr std::string_view kOpenFiles = "/dev/fd/";

class Control {
 public:
  /// Listens. @param path empty: there is no socket, and nothing is ever wanted; /dev/fd/N: one that listens already,
  /// for questions alone
  Outcome open(const std::string& path);
  /// To be written; something else while there is no request. -1: there is no socket.
  int file() const { return file_; }
  bool listens() const { return listener_ >= 0; }
  /// Starts the thread: once, in the jail. @param length of a snapshot  @param wake to be written when one is wanted
  Outcome start(std::uint64_t length, int wake);

  // For the guest's thread:

  /// Whether a snapshot is wanted. Cheap.
  bool wanted() const { return state_ == kWanted; }
  /// Takes the wish on. @return false when it isn't there any more
  bool take();
  bool ends_afterwards() const { return flags_ & ControlRequest::kEndAfterwards; }
  /// Of the file that was wanted: another process writes it from now on, or it is there, or there is an error. Where
  /// the guest ends afterwards it waits until that is told. @return whether who has asked knows that it is done
  bool tell(pid_t writer, int error, std::uint64_t stopped_ns);
  /// What the signal of a question asks for. @param report says it, and what it says stays until it is asked again
  void answer(std::string_view (*report)(ControlRequest::What what));
  /// The guest's memory becomes another one: whoever writes it now has mixed both.
  void memory_changes() { ++lives_; }

 private:
  enum State { kNone, kWanted, kTaken, kTold };

  static void* work(void* itself);
  std::expected<int, std::string> take_listener(const std::string& path);
  bool is_ours() const;
  bool change(State from, State to) { return state_.compare_exchange_strong(from, to); }
  void serve();
  ControlAnswer snapshot();
  ControlAnswer ask(ControlRequest::What what);
  bool wait_for_guest();

  int listener_ = -1, connection_ = -1, file_ = -1, nothing_ = -1, wake_ = -1, timer_ = -1;
  uid_t owner_ = 0;  ///< whose requests are listened to, besides root's
  std::uint64_t length_ = 0;
  std::mutex lock_;
  pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
  // Between the two threads; but for what is atomic, changed below the lock:
  std::atomic<State> state_{kNone};
  std::uint32_t flags_ = 0;  ///< of the request
  pid_t writer_ = -1;
  int error_ = 0;
  std::uint64_t stopped_ns_ = 0;
  std::atomic<unsigned> lives_{0};  ///< counts
  unsigned life_ = 0;               ///< that the snapshot is of
  bool delivered_ = false;
  std::optional<ControlRequest::What> question_;  ///< nobody has answered
  std::string_view text_;                         ///< that was answered
};

}  // namespace wick::monitor
