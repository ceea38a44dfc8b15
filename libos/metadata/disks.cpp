// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The step that asks sources which look at disks, when the disks are there and before anything asks for the settings
// that may change. Looking costs one small read a disk, so a machine without such a disk waits for nothing. Linked when
// the manifest names such a source.

#include "fs/disks.h"

#include <optional>

#include "boot/devices.h"
#include "boot/init.h"
#include "metadata/search.h"

namespace wick::metadata {

namespace {

class VolumeDisk final : public Disk {
 public:
  explicit VolumeDisk(fs::Volume& volume) : volume_(volume) {}
  bool read(void* to, std::size_t bytes, std::uint64_t offset) override {
    return volume_.read(to, bytes, offset) == static_cast<fs::Outcome>(bytes);
  }
  std::uint64_t size() const override { return volume_.size(); }

 private:
  fs::Volume& volume_;
};

/// A disk that can't be looked at is one without data.
class NoDisk final : public Disk {
 public:
  bool read(void*, std::size_t, std::uint64_t) override { return false; }
  std::uint64_t size() const override { return 0; }
};

class Disks final : public Surroundings {
 public:
  Disk* disk(unsigned number) override {
    drivers::Block* const device = devices::block(number);
    if (!device) return nullptr;
    fs::Volume* const volume = fs::look_at(*device);
    if (!volume) return &none_;
    return &disk_.emplace(*volume);
  }

 private:
  std::optional<VolumeDisk> disk_;
  NoDisk none_;
};

Status look_at_disks() {
  Disks disks;
  return search(Stage::disks, disks);
}

}  // namespace

WICK_INIT_STEP(35, "instance-data", look_at_disks);

}  // namespace wick::metadata
