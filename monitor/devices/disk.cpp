// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/disk.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "monitor/base/sentence.h"
#include "monitor/base/thread.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

using drivers::BlockOperation;
using drivers::BlockRequest;

namespace {

using drivers::kSectorBytes;

constexpr std::uint32_t kMaxDiscard = 1u << 30;

using Locked = std::lock_guard<std::mutex>;

constexpr std::uint64_t sectors_of(std::uint64_t bytes) { return (bytes + kSectorBytes - 1) / kSectorBytes; }

/// Repeats what the kernel does in pieces. @param move pread or pwrite at an offset
template <typename Move>
Status whole(std::uint8_t* data, std::uint64_t length, std::uint64_t at, Move&& move) {
  while (length) {
    const ssize_t moved = move(data, length, static_cast<off_t>(at));
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return Status::io_error;
    data += moved;
    at += static_cast<std::uint64_t>(moved);
    length -= static_cast<std::uint64_t>(moved);
  }
  return Status::ok;
}

}  // namespace

Outcome Disk::open(const std::string& path, const std::string& serial) {
  const char* name = path.c_str();
  constexpr int kFlags = O_CLOEXEC | O_NONBLOCK;  // a pipe must not keep us waiting for its other end
  file_ = ::open(name, O_RDWR | kFlags);
  if (file_ < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
    file_ = ::open(name, O_RDONLY | kFlags);
    info_.read_only = true;
  }
  struct stat found;
  if (file_ < 0 || fstat(file_, &found) != 0)
    return sentence("the disk file %s can't be opened: %s", name, std::strerror(errno));
  if (!S_ISREG(found.st_mode) && !S_ISBLK(found.st_mode))
    return sentence("the disk file %s is neither a file nor a block device", name);
  if (flock(file_, (info_.read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0)
    return sentence("the disk file %s is in use by another appliance", name);
  const off_t bytes = lseek(file_, 0, SEEK_END);
  if (bytes <= 0) return sentence("the disk file %s is empty", name);
  if (serial.size() >= sizeof info_.serial)
    return sentence("the serial \"%s\" is longer than 20 characters", serial.c_str());
  bytes_ = static_cast<std::uint64_t>(bytes);
  info_.sectors = sectors_of(bytes_);
  info_.block_size = kSectorBytes;
  info_.can_flush = true;
  info_.can_discard = !info_.read_only;
  info_.most_discard = kMaxDiscard;
  std::copy(serial.begin(), serial.end(), info_.serial);
  const std::uint64_t padded = info_.sectors * kSectorBytes;
  if (padded != bytes_)
    std::fprintf(stderr, "[wick] the disk file %s is no whole number of sectors: its guest sees %llu bytes, not %llu\n",
                 name, static_cast<unsigned long long>(padded), static_cast<unsigned long long>(bytes_));
  if (info_.read_only)
    std::fprintf(stderr, "[wick] the disk file %s may only be read here, and so by its guest\n", name);
  return {};
}

Outcome Disk::start() {
  done_event_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (done_event_ >= 0 && start_thread(thread_, run, this)) return {};
  return sentence("the disk's thread can't be started: %s", std::strerror(errno));
}

Status Disk::submit(BlockRequest& request) {
  if (const Status status = check_request(request, info_); !ok(status)) return status;
  request.status = Status::would_block;
  Locked locked(lock_);
  request.next = nullptr;
  *waiting_end_ = &request;
  waiting_end_ = &request.next;
  queued_ = true;
  ++outstanding_;
  return Status::ok;
}

void Disk::flush_queue() {
  if (std::exchange(queued_, false)) pthread_cond_signal(&wake_);
}

drivers::BlockInfo Disk::look_again() {
  Locked locked(lock_);
  measure_ = true;
  pthread_cond_signal(&wake_);
  while (measure_) pthread_cond_wait(&measured_, lock_.native_handle());
  info_.sectors = sectors_of(bytes_);
  return info_;
}

unsigned Disk::poll(void (*done)(BlockRequest&)) {
  std::uint64_t events;
  if (outstanding_ == 0 || read(done_event_, &events, sizeof events) < 0) return 0;
  BlockRequest* request;
  {
    Locked locked(lock_);
    request = std::exchange(done_, nullptr);
  }
  unsigned count = 0;
  while (request) {
    auto* next = request->next;
    done(*request);
    request = next;
    ++count;
  }
  outstanding_ -= count;
  return count;
}

void* Disk::run(void* self) {
  static_cast<Disk*>(self)->work();
  return nullptr;
}

void Disk::work() {
  if (!confine_disk_thread(file_, done_event_)) std::abort();
  for (;;) {
    BlockRequest* request;
    {
      Locked locked(lock_);
      while (measure_ || !waiting_) measure_ ? measure() : (void)pthread_cond_wait(&wake_, lock_.native_handle());
      request = waiting_;
      if (!(waiting_ = request->next)) waiting_end_ = &waiting_;
    }
    const Status status = perform(*request);
    {
      Locked locked(lock_);
      request->status = status;
      request->next = std::exchange(done_, request);
    }
    const std::uint64_t one = 1;
    (void)!write(done_event_, &one, sizeof one);
  }
}

void Disk::measure() {
  if (const off_t end = lseek(file_, 0, SEEK_END); end > 0) bytes_ = static_cast<std::uint64_t>(end);
  measure_ = false;
  pthread_cond_signal(&measured_);
}

/// As pread(). What the last sector has beyond the file's end reads as zeros until it is written.
ssize_t Disk::read_at(void* to, std::size_t count, off_t at) const {
  const ssize_t got = pread(file_, to, count, at);
  if (got != 0 || static_cast<std::uint64_t>(at) < bytes_) return got;
  std::memset(to, 0, count);
  return static_cast<ssize_t>(count);
}

Status Disk::perform(const BlockRequest& request) {
  const std::uint64_t at = request.sector * kSectorBytes;
  auto* data = static_cast<std::uint8_t*>(request.data);
  switch (request.operation) {
    case BlockOperation::read:
      return whole(data, request.length, at, [&](void* to, std::size_t n, off_t o) { return read_at(to, n, o); });
    case BlockOperation::write:
      return whole(data, request.length, at,
                   [&](const void* from, std::size_t n, off_t o) { return pwrite(file_, from, n, o); });
    case BlockOperation::flush:
      // Linux tells of a failed write once and drops it: no later flush may claim that all is safe.
      lost_ = lost_ || fdatasync(file_) != 0;
      return lost_ ? Status::io_error : Status::ok;
    case BlockOperation::discard:
      if (fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(at), request.length) == 0)
        return Status::ok;
      return errno == EOPNOTSUPP ? Status::unsupported : Status::io_error;
  }
  return Status::unsupported;
}

}  // namespace wick::monitor
