// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A volume in a file or block device of the host, for as long as nobody else has it: the lock is the one that the
// runners take, so that no appliance runs on it meanwhile.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "wickfs/volume.h"

namespace wick::tool {

enum class Access : std::uint8_t { read, write };

/// The file as blocks. Gone with this object: the lock.
class ImageDisk final : public wickfs::Disk {
 public:
  static Result<std::unique_ptr<ImageDisk>> open(const fs::path& path, Access access);
  ~ImageDisk();
  ImageDisk(const ImageDisk&) = delete;
  ImageDisk& operator=(const ImageDisk&) = delete;

  bool read(std::uint64_t block, void* to, std::size_t count) override;
  bool write(std::uint64_t block, const void* from, std::size_t count) override;
  bool flush() override;
  std::uint64_t blocks() const override { return bytes_ / wickfs::kBlockBytes; }
  bool read_only() const override { return access_ == Access::read; }

  std::uint64_t bytes() const { return bytes_; }
  /// Makes a file longer; a device has the size that it has. @return false: errno says why
  [[nodiscard]] bool lengthen(std::uint64_t bytes);

 private:
  ImageDisk(int file, Access access, std::uint64_t bytes) : file_(file), access_(access), bytes_(bytes) {}

  int file_;
  Access access_;
  std::uint64_t bytes_;
};

/// A mounted volume of the host.
class Image {
 public:
  static Result<std::unique_ptr<Image>> open(const fs::path& path, Access access);
  /// Of a disk that is open already.
  static Result<std::unique_ptr<Image>> mount(const fs::path& path, std::unique_ptr<ImageDisk> disk);
  /// Writes everything out. Without it, what was changed last may be lost.
  Result<void> close();

  wickfs::Volume& volume() { return volume_; }
  ImageDisk& disk() { return *disk_; }
  const fs::path& path() const { return path_; }

 private:
  Image(const fs::path& path, std::unique_ptr<ImageDisk> disk);

  fs::path path_;
  std::unique_ptr<ImageDisk> disk_;
  std::vector<std::uint64_t> memory_;
  wickfs::Volume volume_;
};

/// Nanoseconds since 1970.
std::uint64_t host_time();

/// A place within a volume: "FILE:/path". Nothing when the text names none.
struct VolumePlace {
  fs::path image;
  std::string path;  ///< from the volume's root, with a slash in front
};
std::optional<VolumePlace> parse_place(const std::string& text);

}  // namespace wick::tool
