// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick serve` waits for. Each file has a tag, a kind and a number, so that word of one that is gone by now finds
// nobody instead of a pointer to nothing.

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace wick::tool {

struct Tag {
  enum class Kind : std::uint32_t { signals, door, words, answer, gate, head, metrics, reader } kind;
  std::uint32_t number = 0;
};
static_assert(sizeof(Tag) == sizeof(std::uint64_t));

class Poller {
 public:
  Poller() = default;
  ~Poller() {
    if (file_ >= 0) close(file_);
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  bool open() { return (file_ = epoll_create1(EPOLL_CLOEXEC)) >= 0; }
  bool add(int file, Tag tag, std::uint32_t events = EPOLLIN) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = std::uint64_t{static_cast<std::uint32_t>(tag.kind)} << 32 | tag.number;
    return epoll_ctl(file_, EPOLL_CTL_ADD, file, &event) == 0;
  }
  void remove(int file) { epoll_ctl(file_, EPOLL_CTL_DEL, file, nullptr); }

  /// @param milliseconds at most; -1: for ever  @param take gets the tag of each file that has something
  template <typename Take>
  void wait(int milliseconds, Take take) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(file_, events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t word = events[static_cast<std::size_t>(i)].data.u64;
      take(Tag{static_cast<Tag::Kind>(word >> 32), static_cast<std::uint32_t>(word)});
    }
  }

 private:
  int file_ = -1;
};

}  // namespace wick::tool
