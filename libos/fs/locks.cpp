// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See locks.h. A lock watches the file that it was taken by: so it learns of its end.

#include "fs/locks.h"

#include <cstdlib>
#include <new>

namespace wick::fs {

namespace {

struct Lock;
constinit Lock* all = nullptr;
constinit sched::WaitQueue changed;

struct Lock final : Watcher {
  Lock(const LockRequest& request, std::uint64_t from, std::uint64_t to)
      : Watcher(&all), request(request), start(from), end(to), next_lock(all) {
    all = this;
    request.file.watch(*this);
  }

  void changed(short) override {}
  void gone() override { remove(); }

  void remove() {
    Lock** place = &all;
    while (*place != this) place = &(*place)->next_lock;
    *place = next_lock;
    std::free(this);
    fs::changed.wake_all();
  }

  LockRequest request;
  std::uint64_t start, end;
  Lock* next_lock;
};

/// @return false without memory
bool add(const LockRequest& request, std::uint64_t start, std::uint64_t end) {
  void* room = std::malloc(sizeof(Lock));
  if (room) new (room) Lock(request, start, end);
  return room;
}

/// File systems number their own files; what has no number is itself alone.
bool same_file(FileOperations& one, FileOperations& other) {
  if (&one == &other) return true;
  struct stat first, second;
  return one.stat(first) == 0 && other.stat(second) == 0 && first.st_ino != 0 && first.st_ino == second.st_ino &&
         first.st_dev == second.st_dev && (first.st_mode & S_IFMT) == (second.st_mode & S_IFMT);
}

bool meet(const Lock& lock, const LockRequest& request) {
  return lock.request.family == request.family && lock.start < request.end && request.start < lock.end &&
         same_file(lock.request.file, request.file);
}

/// Takes the range out of what its owner has. @return false without memory, and nothing has changed
bool cut_out(const LockRequest& request) {
  for (Lock* lock = all; lock; lock = lock->next_lock) {
    const bool inside = lock->start < request.start && request.end < lock->end;
    if (!inside || lock->request.description != request.description || !meet(*lock, request)) continue;
    if (!add(lock->request, request.end, lock->end)) return false;
    lock->end = request.start;
    fs::changed.wake_all();
    return true;
  }
  for (Lock *lock = all, *next; lock; lock = next) {
    next = lock->next_lock;
    if (lock->request.description != request.description || !meet(*lock, request)) continue;
    if (lock->start < request.start) {
      lock->end = request.start;
    } else if (request.end < lock->end) {
      lock->start = request.end;
    } else {
      lock->request.file.unwatch(*lock);
      lock->remove();
    }
    fs::changed.wake_all();
  }
  return true;
}

}  // namespace

LockConflict find_conflict(const LockRequest& request) {
  for (const Lock* lock = all; lock; lock = lock->next_lock) {
    if (lock->request.description == request.description || !meet(*lock, request)) continue;
    if (request.kind == LockKind::exclusive || lock->request.kind == LockKind::exclusive) {
      return {lock->request.kind, !lock->request.description, lock->start, lock->end};
    }
  }
  return {};
}

Outcome set_lock(const LockRequest& request, bool waits) {
  while (request.kind != LockKind::none && find_conflict(request).kind != LockKind::none) {
    if (!waits) return -EAGAIN;
    if (changed.wait_for_call() == sched::Woken::by_interruption) return kInterrupted;
  }
  if (!cut_out(request)) return -ENOLCK;
  return request.kind == LockKind::none || add(request, request.start, request.end) ? 0 : -ENOLCK;
}

}  // namespace wick::fs
