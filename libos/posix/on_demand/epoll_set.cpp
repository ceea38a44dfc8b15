// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See epoll_set.h.

#include "posix/on_demand/epoll_set.h"

#include <cstdlib>
#include <new>

#include "fs/console_file.h"

namespace wick::posix {

namespace {

constexpr std::uint32_t kAlways = EPOLLERR | EPOLLHUP;  // reported without being asked for
constexpr std::uint32_t kSettings = EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE;
constexpr std::uint32_t kExclusiveMay = EPOLLIN | EPOLLOUT | kAlways | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;
constexpr unsigned kMaxNesting = 4;  // Linux' limit on sets that watch sets

/// Regular files, folders and devices other than the console are always ready: Linux refuses them.
bool can_be_watched(fs::FileOperations& file) {
  struct stat kind;
  if (file.stat(kind) != 0 || S_ISREG(kind.st_mode) || S_ISDIR(kind.st_mode) || S_ISBLK(kind.st_mode)) return false;
  return !S_ISCHR(kind.st_mode) || kind.st_rdev == fs::kConsoleDevice;
}

}  // namespace

class EpollSet::Entry final : public fs::Watcher {
 public:
  Entry(EpollSet& set, fs::FileOperations& file, int descriptor, const epoll_event& event)
      : Watcher(&set), set_(set), file(file), descriptor(descriptor), event(event) {}

  /// What the file has that was asked for; nothing after a one-shot event.
  std::uint32_t state() const {
    const std::uint32_t asked = event.events & ~kSettings;
    return asked == 0 ? 0 : static_cast<std::uint16_t>(file.readiness()) & (asked | kAlways);
  }

  void changed(short events) override {
    const std::uint32_t asked = event.events & ~kSettings;
    if (asked != 0 && (static_cast<std::uint16_t>(events) & (asked | kAlways))) set_.look_again(*this);
  }
  void gone() override { set_.forget(*this); }

 private:
  EpollSet& set_;

 public:
  fs::FileOperations& file;
  const int descriptor;
  epoll_event event;
  Entry *next_entry = nullptr, *previous_entry = nullptr;
  Entry *next_ready = nullptr, *previous_ready = nullptr;
  bool ready = false;  ///< stands in the list of those to look at
};

EpollSet::Entry* EpollSet::find(fs::FileOperations& file, int descriptor) const {
  for (fs::Watcher* watcher = file.watchers(); watcher; watcher = watcher->next) {
    if (watcher->owner != this) continue;
    auto* entry = static_cast<Entry*>(watcher);
    if (entry->descriptor == descriptor) return entry;
  }
  return nullptr;
}

/// Whether this set watches the other one, by itself or through sets that it watches, or is nested too deeply.
bool EpollSet::watches(const EpollSet& other, unsigned depth) const {
  if (this == &other || depth > kMaxNesting) return true;
  for (const Entry* entry = entries_; entry; entry = entry->next_entry) {
    const EpollSet* inner = epoll_set(entry->file);
    if (inner && inner->watches(other, depth + 1)) return true;
  }
  return false;
}

fs::Outcome EpollSet::add(fs::FileOperations& file, int descriptor, const epoll_event& event) {
  if (!can_be_watched(file)) return -EPERM;
  const EpollSet* inner = epoll_set(file);
  if (inner == this) return -EINVAL;
  if ((event.events & EPOLLEXCLUSIVE) && (inner || (event.events & ~kExclusiveMay))) return -EINVAL;
  if (inner && inner->watches(*this, 1)) return -ELOOP;
  if (find(file, descriptor)) return -EEXIST;
  void* room = std::malloc(sizeof(Entry));
  if (!room) return -ENOMEM;
  auto* entry = new (room) Entry(*this, file, descriptor, event);
  entry->next_entry = entries_;
  if (entries_) entries_->previous_entry = entry;
  entries_ = entry;
  file.watch(*entry);
  if (entry->state() != 0) look_again(*entry);
  return 0;
}

fs::Outcome EpollSet::modify(fs::FileOperations& file, int descriptor, const epoll_event& event) {
  Entry* entry = find(file, descriptor);
  if (&file == this) return -EINVAL;
  if (!entry) return -ENOENT;
  if ((event.events | entry->event.events) & EPOLLEXCLUSIVE) return -EINVAL;
  entry->event = event;
  if (entry->state() != 0) look_again(*entry);
  return 0;
}

fs::Outcome EpollSet::remove(fs::FileOperations& file, int descriptor) {
  if (&file == this) return -EINVAL;
  Entry* entry = find(file, descriptor);
  if (!entry) return -ENOENT;
  file.unwatch(*entry);
  forget(*entry);
  return 0;
}

void EpollSet::append(Entry& entry) {
  entry.ready = true;
  entry.next_ready = nullptr;
  entry.previous_ready = last_ready_;
  (last_ready_ ? last_ready_->next_ready : first_ready_) = &entry;
  last_ready_ = &entry;
}

void EpollSet::take_out(Entry& entry) {
  entry.ready = false;
  (entry.previous_ready ? entry.previous_ready->next_ready : first_ready_) = entry.next_ready;
  (entry.next_ready ? entry.next_ready->previous_ready : last_ready_) = entry.previous_ready;
}

void EpollSet::look_again(Entry& entry) {
  if (!entry.ready) append(entry);
  waiting_.wake_one();
  tell(POLLIN);
}

/// Of an entry that watches no more.
void EpollSet::forget(Entry& entry) {
  if (entry.ready) take_out(entry);
  (entry.previous_entry ? entry.previous_entry->next_entry : entries_) = entry.next_entry;
  if (entry.next_entry) entry.next_entry->previous_entry = entry.previous_entry;
  std::free(&entry);
}

/// Looks at each entry of the list once. What stays ready for a level goes to the end, so that all get their turn.
int EpollSet::harvest(epoll_event* events, int capacity) {
  int found = 0;
  Entry* const last = last_ready_;
  for (Entry* entry = first_ready_; entry && found < capacity;) {
    Entry* const next = entry == last ? nullptr : entry->next_ready;
    const std::uint32_t state = entry->state();
    take_out(*entry);
    if (state != 0) {
      events[found++] = {state, entry->event.data};
      if (entry->event.events & EPOLLONESHOT) {
        entry->event.events &= kSettings;
      } else if (!(entry->event.events & EPOLLET)) {
        append(*entry);
      }
    }
    entry = next;
  }
  if (first_ready_) waiting_.wake_one();  // another thread may take what is left
  return found;
}

int EpollSet::wait(epoll_event* events, int capacity, Nanoseconds deadline) {
  if (raw(deadline) == 0) sched::yield();  // a program that only asks must let the world go on
  for (;;) {
    const int found = harvest(events, capacity);
    if (found > 0 || raw(deadline) == 0) return found;
    const sched::Woken woken = waiting_.wait_for_call(deadline);
    if (woken == sched::Woken::by_interruption) return -EINTR;  // whatever the handler says of other calls
    if (woken == sched::Woken::by_deadline) deadline = Nanoseconds{0};
  }
}

short EpollSet::poll() {
  while (first_ready_) {
    if (first_ready_->state() != 0) return POLLIN;
    take_out(*first_ready_);
  }
  return 0;
}

void EpollSet::destroy() {
  while (entries_) {
    entries_->file.unwatch(*entries_);
    forget(*entries_);
  }
  std::free(this);
}

}  // namespace wick::posix
