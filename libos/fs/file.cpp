// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a kind of file does that doesn't say otherwise.

#include "fs/file.h"

namespace wick::fs {

namespace {

/// Runs `move` for each piece until one comes back short. @return bytes moved, or the error when nothing has been
template <typename Move>
Outcome each_piece(const iovec* pieces, int count, Move&& move) {
  Outcome total = 0;
  for (int i = 0; i < count; i++) {
    if (pieces[i].iov_len == 0) continue;
    const Outcome moved = move(pieces[i]);
    if (moved < 0) return total > 0 ? total : moved;
    total += moved;
    if (static_cast<std::size_t>(moved) < pieces[i].iov_len) break;
  }
  return total;
}

}  // namespace

Outcome FileOperations::read(void*, std::size_t) { return -EINVAL; }
Outcome FileOperations::write(const void*, std::size_t) { return -EINVAL; }

Outcome FileOperations::readv(const iovec* pieces, int count) {
  return each_piece(pieces, count, [this](const iovec& piece) { return read(piece.iov_base, piece.iov_len); });
}

Outcome FileOperations::writev(const iovec* pieces, int count) {
  return each_piece(pieces, count, [this](const iovec& piece) { return write(piece.iov_base, piece.iov_len); });
}

Outcome FileOperations::read_at(void*, std::size_t, std::uint64_t) { return -ESPIPE; }
Outcome FileOperations::write_at(const void*, std::size_t, std::uint64_t) { return -ESPIPE; }
Outcome FileOperations::seek(std::int64_t, int) { return -ESPIPE; }
Outcome FileOperations::stat(struct stat&) { return -ENOSYS; }
Outcome FileOperations::truncate(std::uint64_t) { return -EINVAL; }
Outcome FileOperations::set_mode(mode_t) { return -EROFS; }
Outcome FileOperations::set_time(const timespec&) { return -EROFS; }
Outcome FileOperations::sync() { return -EINVAL; }
Outcome FileOperations::ioctl(unsigned long, void*) { return -ENOTTY; }
Outcome FileOperations::next_entry(struct dirent&) { return -ENOTDIR; }
Outcome FileOperations::set_entry_position(std::uint64_t) { return -ENOTDIR; }
std::uint64_t FileOperations::entry_position() const { return 0; }
const char* FileOperations::directory_path() const { return nullptr; }
const void* FileOperations::content() { return nullptr; }
short FileOperations::poll() { return POLLIN | POLLOUT; }

short FileOperations::readiness() {
  short state = poll();
  if (state & POLLIN) state |= POLLRDNORM;
  if (state & POLLOUT) state |= POLLWRNORM;
  return state;
}

void FileOperations::watch(Watcher& watcher) {
  watcher.previous = nullptr;
  watcher.next = watchers_;
  if (watchers_) watchers_->previous = &watcher;
  watchers_ = &watcher;
}

void FileOperations::unwatch(Watcher& watcher) {
  (watcher.previous ? watcher.previous->next : watchers_) = watcher.next;
  if (watcher.next) watcher.next->previous = watcher.previous;
}

void FileOperations::tell_watchers(short events) {
  for (Watcher* watcher = watchers_; watcher; watcher = watcher->next) watcher->changed(events);
}

void FileOperations::end() {
  while (Watcher* watcher = watchers_) {
    unwatch(*watcher);
    watcher->gone();
  }
  destroy();
}

}  // namespace wick::fs
