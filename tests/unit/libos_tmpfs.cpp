// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <doctest.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include <set>
#include <string>

#include "fs/tmpfs.h"
#include "time/clock.h"
#include "wick/memory.h"

/// A heap of ten pages, three of which are free.
wick::memory::Statistics wick::memory::statistics() { return {.total = 40960, .free = 12288}; }

using namespace wick;
using namespace wick::fs;

namespace {

/// The clock stands.
const bool kStopped = [] {
  static const ClockPage kClock{};
  time::use_clock_page(&kClock);
  return true;
}();

/// An open file that is closed at the end of its scope.
class Open {
 public:
  Open(Tmpfs& tmpfs, std::string_view path, int flags) : outcome(tmpfs.open(path, flags, 0644, file_)) {}
  ~Open() {
    if (file_) file_->destroy();
  }
  FileOperations* operator->() { return file_; }

 private:
  FileOperations* file_ = nullptr;

 public:
  Outcome outcome;
};

std::string content(Tmpfs& tmpfs, std::string_view path) {
  Open file(tmpfs, path, O_RDONLY);
  if (file.outcome < 0) return "error";
  char bytes[100];
  const Outcome got = file->read_at(bytes, sizeof(bytes), 0);
  return std::string(bytes, static_cast<std::size_t>(got));
}

Outcome write(Tmpfs& tmpfs, std::string_view path, std::string_view text) {
  Open file(tmpfs, path, O_WRONLY | O_CREAT | O_TRUNC);
  return file.outcome < 0 ? file.outcome : file->write(text.data(), text.size());
}

std::set<std::string> names(Tmpfs& tmpfs, std::string_view path) {
  std::set<std::string> all;
  std::uint64_t cookie = 0;
  dirent entry;
  while (tmpfs.next_entry(path, cookie, entry) > 0) CHECK(all.insert(entry.d_name).second);
  return all;
}

}  // namespace

TEST_CASE("Tmpfs files keep what was written") {
  time::set_wall(time::seconds(1'700'000'000));
  Tmpfs tmpfs("/tmp");
  CHECK(write(tmpfs, "/tmp/a", "hello") == 5);
  CHECK(content(tmpfs, "/tmp/a") == "hello");
  CHECK(write(tmpfs, "/tmp/a", "x") == 1);
  CHECK(content(tmpfs, "/tmp/a") == "x");
  Open file(tmpfs, "/tmp/a", O_RDWR);
  CHECK(file->write_at("z", 1, 3) == 1);
  CHECK(content(tmpfs, "/tmp/a") == std::string("x\0\0z", 4));
  CHECK(file->truncate(2) == 0);
  CHECK(file->truncate(3) == 0);
  CHECK(content(tmpfs, "/tmp/a") == std::string("x\0\0", 3));
  CHECK(file->write_at("z", 1, 1ull << 62) == -EFBIG);
  CHECK(file->write_at("z", 1, ~0ull) == -EFBIG);
  struct stat found;
  CHECK(tmpfs.stat("/tmp/a", found) == 0);
  CHECK(found.st_size == 3);
  CHECK(found.st_mtim.tv_sec == 1'700'000'000);
}

TEST_CASE("Tmpfs directories") {
  Tmpfs tmpfs("/tmp");
  CHECK(tmpfs.make_directory("/tmp/d", 0755) == 0);
  CHECK(tmpfs.make_directory("/tmp/d", 0755) == -EEXIST);
  CHECK(tmpfs.make_directory("/tmp/none/d", 0755) == -ENOENT);
  CHECK(write(tmpfs, "/tmp/d/f", "1") == 1);
  CHECK(tmpfs.make_directory("/tmp/d/f/x", 0755) == -ENOTDIR);
  CHECK(tmpfs.remove("/tmp/d", true) == -ENOTEMPTY);
  CHECK(tmpfs.remove("/tmp/d", false) == -EISDIR);
  CHECK(tmpfs.remove("/tmp/d/f", true) == -ENOTDIR);
  CHECK(tmpfs.remove("/tmp", true) == -EBUSY);
  CHECK(tmpfs.remove("/tmp/d/f", false) == 0);
  CHECK(tmpfs.remove("/tmp/d/f", false) == -ENOENT);
  CHECK(tmpfs.remove("/tmp/d", true) == 0);
  Open file(tmpfs, "/tmp/x", O_CREAT | O_EXCL);
  CHECK(Open(tmpfs, "/tmp/x", O_CREAT | O_EXCL).outcome == -EEXIST);
  CHECK(Open(tmpfs, "/tmp/y", O_RDONLY).outcome == -ENOENT);
  tmpfs.remove("/tmp/x", false);
}

TEST_CASE("Tmpfs renames within the rules") {
  Tmpfs tmpfs("/");
  write(tmpfs, "/a", "A");
  write(tmpfs, "/b", "B");
  tmpfs.make_directory("/d", 0755);
  tmpfs.make_directory("/e", 0755);
  write(tmpfs, "/e/f", "F");
  CHECK(tmpfs.rename("/a", "/b") == 0);
  CHECK(content(tmpfs, "/b") == "A");
  CHECK(names(tmpfs, "/") == std::set<std::string>{"b", "d", "e"});
  CHECK(tmpfs.rename("/b", "/d") == -EISDIR);
  CHECK(tmpfs.rename("/d", "/b") == -ENOTDIR);
  CHECK(tmpfs.rename("/d", "/e") == -ENOTEMPTY);
  CHECK(tmpfs.rename("/e", "/e/inside") == -EINVAL);
  CHECK(tmpfs.rename("/none", "/x") == -ENOENT);
  CHECK(tmpfs.rename("/e", "/d") == 0);
  CHECK(content(tmpfs, "/d/f") == "F");
  CHECK(tmpfs.rename("/b", "/b") == 0);
}

TEST_CASE("A removed file lives until it is closed") {
  Tmpfs tmpfs("/tmp");
  write(tmpfs, "/tmp/a", "kept");
  Open file(tmpfs, "/tmp/a", O_RDONLY);
  CHECK(tmpfs.remove("/tmp/a", false) == 0);
  char bytes[4];
  CHECK(file->read(bytes, 4) == 4);
  CHECK(std::string(bytes, 4) == "kept");
}

TEST_CASE("Listing survives changes under it") {
  Tmpfs tmpfs("/tmp");
  for (int i = 0; i < 10; i++) write(tmpfs, "/tmp/" + std::to_string(i), "");
  std::uint64_t cookie = 0;
  dirent entry;
  int seen = 0;
  while (tmpfs.next_entry("/tmp", cookie, entry) > 0) {
    seen++;
    CHECK(tmpfs.remove(std::string("/tmp/") + entry.d_name, false) == 0);
  }
  CHECK(seen == 10);
  CHECK(names(tmpfs, "/tmp").empty());
}

TEST_CASE("tmpfs: its room is the heap's") {
  const Tmpfs tmpfs("/tmp");
  struct statvfs room{};
  tmpfs.space(room);
  CHECK(room.f_frsize == 4096);
  CHECK(room.f_blocks == 10);
  CHECK(room.f_bfree == 3);
  CHECK(room.f_bavail == 3);
}
