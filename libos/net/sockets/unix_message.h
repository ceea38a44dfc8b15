// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What waits in a Unix socket to be received: bytes, the sender's name, and files that go with them. One allocation.

#include "fs/descriptors.h"
#include "net/sockets/unix_name.h"

namespace wick::net {

/// Files on their way between descriptors (SCM_RIGHTS). Each stays open meanwhile.
class PassedFiles {
 public:
  PassedFiles() = default;
  PassedFiles(PassedFiles&& other) noexcept;
  PassedFiles& operator=(PassedFiles&& other) noexcept;
  ~PassedFiles();

  /// Takes those that a message to be sent names. @return 0 or -errno
  int take(const msghdr& message);
  /// Gives each a descriptor and writes their numbers into a received message; those that don't fit are closed.
  void deliver(msghdr& message, bool close_on_exec) const;
  bool any() const { return count_ != 0; }

 private:
  int add(const cmsghdr& header);

  fs::FileReference* list_ = nullptr;
  unsigned count_ = 0;
};

struct UnixMessage {
  UnixMessage* next = nullptr;
  std::size_t bytes;      ///< that were sent
  std::size_t taken = 0;  ///< by the reader of a stream
  UnixName from;
  PassedFiles files;

  std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  std::size_t left() const { return bytes - taken; }
  /// What it counts for in the books of its queue.
  std::size_t cost() const { return bytes + sizeof(UnixMessage); }
};

/// Copies `bytes` of the pieces, from `offset` on. @return null without memory
UnixMessage* make_unix_message(const msghdr& message, std::size_t offset, std::size_t bytes);
void free_unix_message(UnixMessage* message);

/// Copies what is left into the pieces, behind `offset` bytes of them. @return bytes copied
std::size_t copy_out(UnixMessage& from, const msghdr& to, std::size_t offset);

/// Bytes of all pieces together.
std::size_t total(const msghdr& message);

}  // namespace wick::net
