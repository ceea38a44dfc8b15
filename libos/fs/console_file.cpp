// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See console_file.h.

#include "fs/console_file.h"

#include <fcntl.h>

#include <cstring>

#include "boot/config.h"
#include "sched/thread.h"
#include "trace/console.h"

namespace wick::fs {

namespace {

constinit sched::WaitQueue readers;

void input_came(sched::EventHandler&, EventMask) {
  readers.wake_all();
  console_file().tell(POLLIN);
}

class ConsoleFile final : public FileOperations {
 public:
  constexpr ConsoleFile() { flags = O_RDWR; }

  Outcome read(void* to, std::size_t bytes) override {
    if (bytes == 0) return 0;
    for (;;) {
      if (const std::size_t got = take(static_cast<char*>(to), bytes)) return static_cast<Outcome>(got);
      if (console::ended()) return 0;
      if (flags & O_NONBLOCK) return -EAGAIN;
      listen();
      if (readers.wait_for_call() == sched::Woken::by_interruption) return kInterrupted;
    }
  }

  Outcome write(const void* from, std::size_t bytes) override {
    console::write(static_cast<const char*>(from), bytes);
    return static_cast<Outcome>(bytes);
  }

  /// stdio hands over a line and its end as two pieces: small ones go out together, by one call of hv's.
  Outcome writev(const iovec* pieces, int count) override {
    char together[512];
    std::size_t bytes = 0;
    for (int i = 0; i < count; ++i) {
      if (pieces[i].iov_len > sizeof together - bytes) return FileOperations::writev(pieces, count);
      if (pieces[i].iov_len > 0) std::memcpy(together + bytes, pieces[i].iov_base, pieces[i].iov_len);
      bytes += pieces[i].iov_len;
    }
    return bytes > 0 ? write(together, bytes) : 0;
  }

  short poll() override {
    if (held_ == 0) {
      next_ = buffer_;
      held_ = console::read(buffer_, sizeof buffer_);
    }
    if (held_ > 0 || console::ended()) return POLLIN | POLLOUT;
    listen();
    return POLLOUT;
  }

  Outcome stat(struct stat& to) override {
    to = {};
    to.st_mode = S_IFCHR | 0620;
    to.st_rdev = kConsoleDevice;
    to.st_nlink = 1;
    return 0;
  }

  void destroy() override {}

 private:
  /// What poll() had to read to know that it is there comes first.
  std::size_t take(char* to, std::size_t bytes) {
    if (held_ == 0) return console::read(to, bytes);
    if (bytes > held_) bytes = held_;
    std::memcpy(to, next_, bytes);
    next_ += bytes;
    held_ -= bytes;
    return bytes;
  }

  void listen() {
    static constinit sched::EventHandler handler(EventMask{0}, input_came);
    if (any(handler.mask)) return;
    handler.mask = console::events();
    handler.attach();
  }

  char buffer_[64] = {};
  const char* next_ = buffer_;
  std::size_t held_ = 0;  ///< bytes at `next_` that read() has not given yet
};

constinit ConsoleFile the_console_file;

}  // namespace

bool console_is_terminal(bool input) { return (config::get_number("console.tty", 3) & (input ? 1 : 2)) != 0; }

FileOperations& console_file() { return the_console_file; }

}  // namespace wick::fs
