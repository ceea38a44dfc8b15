// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/unix_message.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "net/sockets/control.h"

namespace wick::net {

namespace {

constexpr unsigned kMaxFiles = 253;  // Linux' limit on one message

}  // namespace

PassedFiles::PassedFiles(PassedFiles&& other) noexcept
    : list_(std::exchange(other.list_, nullptr)), count_(std::exchange(other.count_, 0)) {}

PassedFiles& PassedFiles::operator=(PassedFiles&& other) noexcept {
  std::swap(list_, other.list_);
  std::swap(count_, other.count_);
  return *this;
}

PassedFiles::~PassedFiles() {
  while (count_ != 0) list_[--count_].~FileReference();
  std::free(list_);
}

int PassedFiles::add(const cmsghdr& header) {
  const std::size_t more = (header.cmsg_len - CMSG_LEN(0)) / sizeof(int);
  if (more > kMaxFiles - count_) return -EINVAL;
  void* grown = std::realloc(list_, (count_ + more) * sizeof(fs::FileReference));
  if (!grown && more != 0) return -ENOMEM;
  list_ = static_cast<fs::FileReference*>(grown);
  for (std::size_t at = 0; at < more; ++at) {
    int descriptor;
    std::memcpy(&descriptor, CMSG_DATA(&header) + at * sizeof(int), sizeof(int));
    fs::FileReference file = fs::lookup(descriptor);
    if (!file) return -EBADF;
    new (&list_[count_++]) fs::FileReference(std::move(file));
  }
  return 0;
}

int PassedFiles::take(const msghdr& message) {
  if (!message.msg_control) return 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    const auto* const end = static_cast<const char*>(message.msg_control) + message.msg_controllen;
    if (header->cmsg_len < CMSG_LEN(0) ||
        header->cmsg_len > static_cast<std::size_t>(end - reinterpret_cast<const char*>(header))) {
      return -EINVAL;
    }
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return -EINVAL;
    if (const int wrong = add(*header)) return wrong;
  }
  return 0;
}

void PassedFiles::deliver(msghdr& message, bool close_on_exec) const {
  ControlWriter control(message);
  if (count_ == 0) return;
  int descriptors[kMaxFiles];
  const std::size_t fits = std::min<std::size_t>(count_, control.room() / sizeof(int));
  std::size_t given = 0;
  for (; given < fits; ++given) {
    descriptors[given] = fs::install_marked(*list_[given], close_on_exec);
    if (descriptors[given] < 0) break;
  }
  if (given != 0) control.put(SOL_SOCKET, SCM_RIGHTS, descriptors, given * sizeof(int));
  if (given < count_) message.msg_flags |= MSG_CTRUNC;
}

UnixMessage* make_unix_message(const msghdr& message, std::size_t offset, std::size_t bytes) {
  void* room = std::malloc(sizeof(UnixMessage) + bytes);
  if (!room) return nullptr;
  auto* made = new (room) UnixMessage{.bytes = bytes, .from = {}, .files = {}};
  std::uint8_t* to = made->data();
  for (std::size_t piece = 0; piece < message.msg_iovlen && bytes != 0; ++piece) {
    const iovec& from = message.msg_iov[piece];
    const std::size_t skipped = std::min(offset, from.iov_len), step = std::min(from.iov_len - skipped, bytes);
    if (step != 0) std::memcpy(to, static_cast<const std::uint8_t*>(from.iov_base) + skipped, step);
    to += step;
    bytes -= step;
    offset -= skipped;
  }
  return made;
}

void free_unix_message(UnixMessage* message) {
  message->~UnixMessage();
  std::free(message);
}

std::size_t copy_out(UnixMessage& from, const msghdr& to, std::size_t offset) {
  const std::uint8_t* at = from.data() + from.taken;
  std::size_t left = from.left();
  for (std::size_t piece = 0; piece < to.msg_iovlen && left != 0; ++piece) {
    const iovec& room = to.msg_iov[piece];
    const std::size_t skipped = std::min(offset, room.iov_len), step = std::min(room.iov_len - skipped, left);
    if (step != 0) std::memcpy(static_cast<std::uint8_t*>(room.iov_base) + skipped, at, step);
    at += step;
    left -= step;
    offset -= skipped;
  }
  return from.left() - left;
}

std::size_t total(const msghdr& message) {
  std::size_t sum = 0;
  for (std::size_t piece = 0; piece < message.msg_iovlen; ++piece) sum += message.msg_iov[piece].iov_len;
  return sum;
}

}  // namespace wick::net
