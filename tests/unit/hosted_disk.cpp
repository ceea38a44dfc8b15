// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A disk in a file of the host's, with its thread and that thread's jail: what it takes, how it grows, and what it says
// once a flush has failed.
#include <doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "monitor/devices/disk.h"

using namespace wick;
using drivers::BlockOperation;
using drivers::BlockRequest;

namespace {

std::atomic<int> flushes, flushes_that_fail;

/// A disk of which `bytes` bytes are there, all 'x'.
struct Rig {
  explicit Rig(std::size_t bytes) {
    char name[] = "/tmp/wick-disk-XXXXXX";
    file = mkstemp(name);
    path = name;
    const std::string content(bytes, 'x');
    REQUIRE(write(file, content.data(), bytes) == static_cast<ssize_t>(bytes));
    REQUIRE(disk->open(path, "name"));
    REQUIRE(disk->start());
  }
  ~Rig() {
    close(file);
    unlink(path.c_str());
  }

  Status run(BlockOperation operation, std::uint64_t sector, std::uint32_t length) {
    BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
    const Status status = disk->submit(request);
    if (!ok(status)) return status;
    disk->flush_queue();
    static unsigned ended;
    for (ended = 0; ended == 0;) {
      pollfd event{disk->done_file(), POLLIN, 0};
      REQUIRE(poll(&event, 1, 10'000) == 1);
      disk->poll([](BlockRequest&) { ++ended; });
    }
    return request.status;
  }

  int file;
  std::string path;
  monitor::Disk* disk = new monitor::Disk;  // its thread never ends
  char data[4096] = {};
};

}  // namespace

/// In the place of the C library's.
extern "C" int fdatasync(int file) {
  ++flushes;
  if (flushes_that_fail > 0) {
    --flushes_that_fail;
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

TEST_CASE("a disk file: its last sector is padded, it grows, and what lies beyond is refused") {
  Rig rig(1000);
  CHECK(rig.disk->info().sectors == 2);
  CHECK(ok(rig.run(BlockOperation::read, 1, 512)));
  CHECK(std::string(rig.data, 489) == std::string(488, 'x') + std::string(1, 0));
  CHECK(rig.run(BlockOperation::read, 2, 512) == Status::bad_argument);
  REQUIRE(ftruncate(rig.file, 8192 + 100) == 0);
  CHECK(rig.disk->info().sectors == 2);
  CHECK(rig.disk->look_again().sectors == 17);
  std::memset(rig.data, 'y', sizeof rig.data);
  CHECK(ok(rig.run(BlockOperation::write, 9, 4096)));
  char last = 0;
  CHECK((pread(rig.file, &last, 1, 8703) == 1 && last == 'y'));
  CHECK(ok(rig.run(BlockOperation::discard, 9, 2048)));
  CHECK(ok(rig.run(BlockOperation::read, 9, 4096)));
  CHECK((rig.data[2047] == 0 && rig.data[2048] == 'y'));
  // Many looks beside many requests: neither waits for the other for ever.
  for (unsigned i = 0; i < 200; ++i) {
    CHECK(ok(rig.run(BlockOperation::write, i % 8, 512)));
    CHECK(rig.disk->look_again().sectors == 17);
  }
}

TEST_CASE("a disk file: a flush that has failed stays failed, as what was lost doesn't come back") {
  Rig rig(4096);
  flushes = 0;
  CHECK(ok(rig.run(BlockOperation::flush, 0, 0)));
  CHECK(flushes == 1);
  flushes_that_fail = 1;
  CHECK(ok(rig.run(BlockOperation::write, 0, 512)));
  for (unsigned i = 0; i < 3; ++i) CHECK(rig.run(BlockOperation::flush, 0, 0) == Status::io_error);
  CHECK(flushes == 2);
  CHECK(ok(rig.run(BlockOperation::read, 0, 512)));
}
