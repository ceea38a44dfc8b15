// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mounts wickfs volumes as the manifest says, commits what nobody has synced after a while, and at the program's end.

#include "fs/wickfs/wickfs.h"

#include <cstdlib>
#include <new>

#include "boot/end.h"
#include "entropy/entropy.h"
#include "fs/wickfs/held.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constexpr std::size_t kCacheBytes = 1 << 20;
constexpr Nanoseconds kCommitInterval = time::milliseconds(5000);
constexpr std::size_t kStack = 16384;
constexpr dev_t kFirstDevice = 16;  // of those that stat() tells

constinit Wickfs all[kMaxVolumes];
constinit unsigned used = 0;

std::uint64_t now() { return raw(time::wall().value_or(time::now())); }

bool has_word(std::string_view options, std::string_view word) {
  while (!options.empty()) {
    std::size_t end = 0;
    while (end < options.size() && options[end] != ':') end++;
    if (options.substr(0, end) == word) return true;
    options = {options.data() + end + (end < options.size()), options.size() - end - (end < options.size())};
  }
  return false;
}

FileSystem* make(Volume& volume, std::string_view point, std::string_view options, const char*& trouble) {
  Wickfs& file_system = all[used];
  trouble = file_system.start(volume, point, options);
  if (trouble) return nullptr;
  used++;
  return &file_system;
}

void finish_all() {
  for (unsigned i = 0; i < used; i++) all[i].finish();
}

constinit boot::End end{finish_all};

WICK_REGISTERED("filesystems") constexpr VolumeFormat format = disk_format<make>("wickfs");

}  // namespace

const char* Wickfs::start(Volume& volume, std::string_view point, std::string_view options) {
  if (volume.block_size() > wickfs::kBlockBytes)
    return "its disk has blocks of more than 4 KiB, which wickfs can't use";
  memory_ = static_cast<std::byte*>(std::malloc(kCacheBytes));
  if (!memory_) return "the heap is too small for its cache of 1 MiB";
  disk_.use(volume);
  point_ = point;
  device_ = static_cast<dev_t>(kFirstDevice + used);
  reads_when_damaged_ = has_word(options, "read-only");
  make_core();
  if (const char* trouble = mount(has_word(options, "if-empty"))) return trouble;
  if (core_->read_only()) return nullptr;
  if (used == 0) boot::at_end(end);
  const auto thread =
      sched::spawn("wickfs", [](void* its) { static_cast<Wickfs*>(its)->keep_durable(); }, this, kStack);
  return ok(thread.status) ? nullptr : "there is no memory for its thread";
}

void Wickfs::make_core() { core_ = new (core_room_) wickfs::Volume(disk_, {memory_, kCacheBytes}, now); }

/// What was changed after the last commit before the checkpoint, or before the crash, is as after a cut of the power.
/// What is open and still there stays open.
void Wickfs::renew() {
  const bool read_only = core_->read_only();
  disk_.renew();
  make_core();
  if (!ok(core_->mount(read_only)))
    log::write(log::Level::error, "%.*s can't be used after the return to the checkpoint",
               static_cast<int>(point_.size()), point_.data());
}

void Wickfs::tell_damage() const {
  const wickfs::Damage damage = core_->damage();
  log::write(log::Level::error, "%.*s: %s is damaged, at block %llu", static_cast<int>(point_.size()), point_.data(),
             damage.what ? damage.what : "a structure", static_cast<unsigned long long>(damage.block));
}

void Wickfs::stop_writing() {
  tell_damage();
  const bool kept = ok(core_->stop_writing());
  log::write(log::Level::warning, "%.*s can only be read from now on%s", static_cast<int>(point_.size()), point_.data(),
             kept ? "" : "; what wasn't synced is lost");
}

const char* Wickfs::mount(bool may_format) {
  wickfs::Error found = wickfs::Volume::probe(disk_);
  if (found == wickfs::Error::empty && may_format && !disk_.read_only()) {
    wickfs::FormatOptions options{.identity = {}, .label = {}, .now = now()};
    if (!entropy::gather({reinterpret_cast<std::uint8_t*>(options.identity), sizeof options.identity}))
      return "there is no entropy for the identity of a new volume";
    found = wickfs::format(disk_, options);
    if (ok(found))
      log::write(log::Level::info, "a volume for %.*s is made", static_cast<int>(point_.size()), point_.data());
  }
  if (ok(found)) found = core_->mount(disk_.read_only());
  if (found == wickfs::Error::corrupt) {
    tell_damage();
    if (reads_when_damaged_) {
      make_core();  // without the changes that met the damage
      found = core_->mount(true);
    }
    if (ok(found))
      log::write(log::Level::warning, "%.*s can only be read", static_cast<int>(point_.size()), point_.data());
  }
  if (!ok(found)) return wickfs::text_of(found);
  if (!core_->read_only()) found = core_->grow();
  return ok(found) ? nullptr : wickfs::text_of(found);
}

Outcome Wickfs::changed(wickfs::Error error) {
  if (core_->dirty()) {
    const sched::Guard guard(sched::State::threads);
    work_.wake_one();
  }
  return outcome_of(error);
}

/// What nobody has synced is durable five seconds later.
void Wickfs::keep_durable() {
  for (;;) {
    {
      const sched::Guard guard(sched::State::threads);
      while (!core_->dirty() || core_->read_only()) work_.wait();
    }
    sched::sleep_until(time::now() + kCommitInterval);
    const Held held(*this);
    if (core_->read_only()) continue;
    if (const wickfs::Error wrong = core_->sync(); !ok(wrong)) {
      log::write(log::Level::error, "%.*s: %s; nothing more can be written there", static_cast<int>(point_.size()),
                 point_.data(), wickfs::text_of(wrong));
      return;
    }
  }
}

void Wickfs::finish() {
  const Held held(*this);
  if (!ok(core_->unmount()))
    log::write(log::Level::error, "%.*s: what wasn't synced is lost, as its disk failed",
               static_cast<int>(point_.size()), point_.data());
}

}  // namespace wick::fs
