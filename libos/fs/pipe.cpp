// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See pipe.h. Writing to a pipe without readers is EPIPE; the signal is of whoever writes for the program.

#include "fs/pipe.h"

#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "sched/thread.h"

namespace wick::fs {

namespace {

constexpr std::size_t kCapacity = 4096;  // POSIX's PIPE_BUF and more: up to this many bytes arrive in one piece

struct Pipe;

class End final : public FileOperations {
 public:
  explicit End(Pipe& pipe) : pipe_(pipe) {}
  Outcome read(void* to, std::size_t bytes) override;
  Outcome write(const void* from, std::size_t bytes) override;
  Outcome stat(struct stat& to) override;
  short poll() override;
  void destroy() override;

 private:
  Pipe& pipe_;
};

struct Pipe {
  char bytes[kCapacity];
  std::size_t start = 0, used = 0;
  bool reader_open = true, writer_open = true;
  sched::WaitQueue changed;
  End reader{*this}, writer{*this};

  /// @param events that `end` may have now
  void tell(End& end, short events) {
    changed.wake_all();
    end.tell(events);
  }

  std::size_t take(char* to, std::size_t count) {
    if (count > used) count = used;
    const std::size_t first = count < kCapacity - start ? count : kCapacity - start;
    std::memcpy(to, bytes + start, first);
    std::memcpy(to + first, bytes, count - first);
    start = (start + count) % kCapacity;
    used -= count;
    return count;
  }

  std::size_t put(const char* from, std::size_t count) {
    if (count > kCapacity - used) count = kCapacity - used;
    const std::size_t end = (start + used) % kCapacity;
    const std::size_t first = count < kCapacity - end ? count : kCapacity - end;
    std::memcpy(bytes + end, from, first);
    std::memcpy(bytes, from + first, count - first);
    used += count;
    return count;
  }
};

Outcome End::read(void* to, std::size_t bytes) {
  while (pipe_.used == 0) {
    if (!pipe_.writer_open || bytes == 0) return 0;
    if (flags & O_NONBLOCK) return -EAGAIN;
    if (pipe_.changed.wait_for_call() == sched::Woken::by_interruption) return kInterrupted;
  }
  const std::size_t got = pipe_.take(static_cast<char*>(to), bytes);
  pipe_.tell(pipe_.writer, POLLOUT);
  return static_cast<Outcome>(got);
}

Outcome End::write(const void* from, std::size_t bytes) {
  const char* const start = static_cast<const char*>(from);
  std::size_t done = 0;
  while (done < bytes) {
    if (!pipe_.reader_open) return done > 0 ? static_cast<Outcome>(done) : -EPIPE;
    const std::size_t left = bytes - done;
    const std::size_t room = kCapacity - pipe_.used;
    if (room >= (left < kCapacity ? left : 1)) {  // small writes stay whole
      done += pipe_.put(start + done, left);
      pipe_.tell(pipe_.reader, POLLIN);
      continue;
    }
    if (flags & O_NONBLOCK) return done > 0 ? static_cast<Outcome>(done) : -EAGAIN;
    if (pipe_.changed.wait_for_call() == sched::Woken::by_interruption)
      return done > 0 ? static_cast<Outcome>(done) : kInterrupted;
  }
  return static_cast<Outcome>(done);
}

Outcome End::stat(struct stat& to) {
  to = {};
  to.st_mode = S_IFIFO | 0600;
  to.st_nlink = 1;
  to.st_size = static_cast<off_t>(pipe_.used);
  return 0;
}

short End::poll() {
  short state = 0;
  if (this == &pipe_.reader) {
    if (pipe_.used > 0) state |= POLLIN;
    if (!pipe_.writer_open) state |= POLLHUP;
  } else {
    if (pipe_.used < kCapacity) state |= POLLOUT;
    if (!pipe_.reader_open) state |= POLLERR;
  }
  return state;
}

void End::destroy() {
  Pipe* const both = &pipe_;
  const bool reads = this == &both->reader;
  (reads ? both->reader_open : both->writer_open) = false;
  if (reads) {
    both->tell(both->writer, POLLERR);
  } else {
    both->tell(both->reader, POLLHUP);
  }
  if (!both->reader_open && !both->writer_open) std::free(both);
}

}  // namespace

Outcome make_pipe(FileOperations*& reader, FileOperations*& writer) {
  void* room = std::malloc(sizeof(Pipe));
  if (!room) return -ENOMEM;
  auto* pipe = new (room) Pipe;
  reader = &pipe->reader;
  writer = &pipe->writer;
  reader->flags = O_RDONLY;
  writer->flags = O_WRONLY;
  return 0;
}

}  // namespace wick::fs
