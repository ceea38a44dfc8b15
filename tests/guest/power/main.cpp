// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// main SEED CHANGES: does them one after the other. When one is a sync and has succeeded, the number of changes up to
// there goes to the volume `told`.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "check.h"
#include "load.h"

using namespace wick::power;

namespace {

char content[Load::kMostAtOnce];
int kept = -1;  ///< of a file without a name

std::string path(Place place) { return "/data" + name_of(place); }
std::string folder(unsigned number) { return "/data" + name_of_folder(number); }

int opened(Place place, int flags) {
  const int file = open(path(place).c_str(), flags, 0644);
  CHECK(file >= 0);
  return file;
}

/// Now and then somebody still has open what loses its name.
void keep(Place place, const Change& change) {
  if (change.seed % 3 != 0) return;
  const int file = open(path(place).c_str(), O_RDONLY);
  if (file < 0) return;
  if (kept >= 0) CHECK(close(kept) == 0);
  kept = file;
}

void sync_file(const Change& change) {
  const int file = change.seed % 4 == 0 ? open("/data", O_RDONLY | O_DIRECTORY) : opened({0, 0}, O_RDONLY);
  CHECK((change.seed % 8 < 5 ? fsync(file) : fdatasync(file)) == 0 && close(file) == 0);
}

void write_file(const Change& change) {
  const int file = opened(change.from, O_WRONLY);
  fill(content, change.bytes, change.seed);
  CHECK(pwrite(file, content, change.bytes, static_cast<off_t>(change.offset)) == static_cast<ssize_t>(change.bytes));
  CHECK(close(file) == 0);
}

void run(const Change& change) {
  switch (change.kind) {
    case Kind::make_folder:
      CHECK(mkdir(folder(change.from.folder).c_str(), 0755) == 0);
      break;
    case Kind::remove_folder:
      CHECK(rmdir(folder(change.from.folder).c_str()) == 0);
      break;
    case Kind::rename_folder:
      CHECK(rename(folder(change.from.folder).c_str(), folder(change.to.folder).c_str()) == 0);
      break;
    case Kind::create:
      CHECK(close(opened(change.from, O_WRONLY | O_CREAT | O_EXCL)) == 0);
      break;
    case Kind::write:
      write_file(change);
      break;
    case Kind::truncate:
      CHECK(truncate(path(change.from).c_str(), static_cast<off_t>(change.bytes)) == 0);
      break;
    case Kind::remove:
      keep(change.from, change);
      CHECK(unlink(path(change.from).c_str()) == 0);
      break;
    case Kind::rename:
      keep(change.to, change);
      CHECK(rename(path(change.from).c_str(), path(change.to).c_str()) == 0);
      break;
    case Kind::sync:
      sync_file(change);
      break;
  }
}

}  // namespace

int main(int, char** words) {
  Load load(std::strtoull(words[1], nullptr, 10));
  const std::uint64_t changes = std::strtoull(words[2], nullptr, 10);
  alignas(512) std::uint64_t told[64]{};
  const int out = open("/dev/told", O_WRONLY);
  CHECK(out >= 0);
  for (std::uint64_t done = 1; done <= changes; done++) {
    const Change change = load.next();
    run(change);
    if (change.kind != Kind::sync) continue;
    told[0] = done;
    CHECK(pwrite(out, told, sizeof told, 0) == sizeof told);
  }
  return success();
}
