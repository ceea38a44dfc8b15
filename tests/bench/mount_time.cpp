// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// mount_time FILE: how long a volume takes to be mounted as an image mounts it, with a cache of 1 MiB, and how many
// blocks that reads. Changes nothing.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "wickfs/volume.h"

using namespace wick::wickfs;

namespace {

class FileDisk final : public Disk {
 public:
  explicit FileDisk(int file) : file_(file) {
    struct stat found{};
    if (fstat(file, &found) == 0) blocks_ = static_cast<std::uint64_t>(found.st_size) / kBlockBytes;
  }
  bool read(std::uint64_t block, void* to, std::size_t count) override {
    const std::size_t bytes = count * kBlockBytes;
    return pread(file_, to, bytes, static_cast<off_t>(block * kBlockBytes)) == static_cast<ssize_t>(bytes);
  }
  bool write(std::uint64_t, const void*, std::size_t) override { return false; }
  bool flush() override { return false; }
  std::uint64_t blocks() const override { return blocks_; }
  bool read_only() const override { return true; }

 private:
  int file_;
  std::uint64_t blocks_ = 0;
};

}  // namespace

int main(int count, char** words) {
  const int file = count == 2 ? open(words[1], O_RDONLY) : -1;
  if (file < 0) return 2;
  std::vector<std::uint64_t> memory((1 << 20) / sizeof(std::uint64_t));
  FileDisk disk(file);
  const auto start = std::chrono::steady_clock::now();
  Volume volume(disk, std::as_writable_bytes(std::span(memory)), [] { return std::uint64_t{1}; });
  if (const Error wrong = volume.mount(true); !ok(wrong)) {
    std::fprintf(stderr, "%s\n", text_of(wrong));
    return 1;
  }
  const auto spent = std::chrono::steady_clock::now() - start;
  std::printf("%lld ns, %llu blocks\n", static_cast<long long>(std::chrono::nanoseconds(spent).count()),
              static_cast<unsigned long long>(volume.statistics().blocks_read));
  return 0;
}
