// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See console_file.h.

#include "fs/console_file.h"

#include <fcntl.h>

#include "sched/thread.h"
#include "trace/console.h"

namespace wick::fs {

namespace {

constinit sched::WaitQueue readers;

void input_came(sched::EventHandler&, EventMask) { readers.wake_all(); }

class ConsoleFile final : public FileOperations {
 public:
  constexpr ConsoleFile() { flags = O_RDWR; }

  Outcome read(void* to, std::size_t bytes) override {
    for (;;) {
      const std::size_t got = console::read(static_cast<char*>(to), bytes);
      if (got > 0 || bytes == 0) return static_cast<Outcome>(got);
      if (!any(console::events())) return 0;  // nobody can type here: end of file
      if (flags & O_NONBLOCK) return -EAGAIN;
      listen();
      readers.wait();
    }
  }

  Outcome write(const void* from, std::size_t bytes) override {
    console::write(static_cast<const char*>(from), bytes);
    return static_cast<Outcome>(bytes);
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
  void listen() {
    static constinit sched::EventHandler handler(EventMask{0}, input_came);
    if (any(handler.mask)) return;
    handler.mask = console::events();
    handler.attach();
  }
};

constinit ConsoleFile the_console_file;

}  // namespace

FileOperations& console_file() { return the_console_file; }

}  // namespace wick::fs
