// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// /dev/wick/slot: what is written to it goes into the idle slot of the disk that the appliance was started from, and is
// offered to the loader by fsync() or close(), when it is whole and, where the disk asks for that, signed by its key.
// Linked when the manifest says slots.update.

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <new>

#include "boot/init.h"
#include "boot/payload/slot_writer.h"
#include "fs/file_system.h"
#include "fs/slots.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constexpr std::string_view kPoint = "/dev/wick/slot";

constinit bool is_open = false;

void fill(struct stat& to) {
  to = {};
  to.st_mode = S_IFCHR | 0200;
  to.st_nlink = 1;
}

class SlotFile final : public FileOperations {
 public:
  /// @return 0, or why it can't be written now
  Outcome begin() {
    const StartedSlot* started = started_slot();
    HeldSlots held;
    const char* wrong = writer_.begin(held.medium(), started->slot, started->asks_for_key ? started->key : nullptr);
    return wrong ? refuse(wrong, -EBUSY) : 0;
  }

  Outcome write(const void* from, std::size_t bytes) override {
    if (ended_) return wrong_ ? wrong_ : -ENOSPC;
    HeldSlots held;
    begun_ = begun_ || bytes != 0;
    if (const char* wrong = writer_.add(from, bytes)) return refuse(wrong, -EINVAL);
    return static_cast<Outcome>(bytes);
  }

  Outcome sync() override {
    if (ended_) return wrong_;
    HeldSlots held;
    if (const char* wrong = writer_.commit()) return refuse(wrong, -EINVAL);
    ended_ = true;
    log::write(log::Level::info, "slots: slot %c starts next", static_cast<char>('A' + writer_.slot()));
    return 0;
  }

  Outcome stat(struct stat& to) override {
    fill(to);
    return 0;
  }

  void destroy() override {
    if (begun_ && !ended_) (void)sync();
    is_open = false;
    std::free(this);
  }

 private:
  Outcome refuse(const char* wrong, Outcome otherwise) {
    log::write(log::Level::warning, "slots: the update can't go into the slot: %s", wrong);
    ended_ = true;
    return wrong_ = wrong == boot::kCantWriteSlot ? -EIO : otherwise;
  }

  boot::SlotWriter writer_;
  bool begun_ = false, ended_ = false;
  Outcome wrong_ = 0;
};

class SlotFileSystem final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t, FileOperations*& file) override {
    if (path != kPoint) return flags & O_CREAT ? -ENOTDIR : -ENOENT;
    if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
    if (!started_slot()) return -ENODEV;
    if ((flags & O_ACCMODE) != O_WRONLY) return -EACCES;
    if (is_open) return -EBUSY;
    void* room = std::malloc(sizeof(SlotFile));
    if (!room) return -ENOMEM;
    auto* const made = new (room) SlotFile;
    is_open = true;
    const Outcome begun = made->begin();
    if (begun != 0)
      made->destroy();
    else
      file = made;
    return begun;
  }

  Outcome stat(std::string_view path, struct stat& to) override {
    if (path != kPoint) return -ENOENT;
    fill(to);
    return 0;
  }

  Outcome next_entry(std::string_view, std::uint64_t&, ::dirent&) override { return -ENOTDIR; }
  bool read_only() const override { return false; }
};

constinit SlotFileSystem file_system;
constinit Mount its{kPoint, &file_system};

Status mount_slot() {
  mount(its);
  return Status::ok;
}

}  // namespace

WICK_INIT_STEP(42, "slot-file", mount_slot);

}  // namespace wick::fs
