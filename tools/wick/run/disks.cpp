// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/disks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/terminal.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::size_t kMaxSerial = 20;  ///< virtio 1.2, §5.2.6
constexpr int kFlags = O_CLOEXEC | O_NONBLOCK;

/// Fills in what the file is.
Result<void> look_at(Disk& disk) {
  int file = open(disk.file.c_str(), O_RDWR | kFlags);
  if (file < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
    file = open(disk.file.c_str(), O_RDONLY | kFlags);
    disk.read_only = true;
  }
  struct stat found{};
  const bool opened = file >= 0 && fstat(file, &found) == 0;
  const int why = errno;
  const off_t bytes = opened ? lseek(file, 0, SEEK_END) : 0;
  if (file >= 0) close(file);
  if (why == EISDIR || (opened && !S_ISREG(found.st_mode) && !S_ISBLK(found.st_mode)))
    return fail(fmt::format("The disk {} is neither a file nor a block device.", disk.file));
  if (!opened && why == ENOENT && !disk.serial.empty() && access((disk.serial + "=" + disk.file).c_str(), F_OK) == 0)
    return fail(fmt::format("{}={} stands for the file {} behind the volume {}.", disk.serial, disk.file, disk.file,
                            disk.serial),
                fmt::format("write ./{}={} for the file of that name.", disk.serial, disk.file));
  if (!opened && why == ENOENT)
    return fail(fmt::format("The disk file {} does not exist.", disk.file),
                fmt::format("`truncate -s 64M {}` makes an empty one.", disk.file));
  if (!opened) return fail(fmt::format("The disk file {} can't be opened: {}.", disk.file, std::strerror(why)));
  if (bytes <= 0)
    return fail(fmt::format("The disk file {} is empty.", disk.file),
                fmt::format("`truncate -s 64M {}` makes it a disk.", disk.file));
  disk.bytes = static_cast<std::uint64_t>(bytes);
  return {};
}

}  // namespace

Disk parse_disk(const std::string& text) {
  const std::size_t equals = text.find('=');
  Disk disk;
  const bool named = equals != text.npos && equals < text.find('/');
  disk.serial = named ? text.substr(0, equals) : "";
  disk.file = named ? text.substr(equals + 1) : text;
  return disk;
}

Result<std::vector<Disk>> assign_disks(const std::vector<std::string>& texts, const std::vector<std::string>& volumes) {
  std::vector<Disk> disks;
  std::vector<std::string> free = volumes;
  for (const std::string& text : texts) {
    Disk disk = parse_disk(text);
    if (disk.serial.size() > kMaxSerial)
      return fail(fmt::format("The serial \"{}\" is longer than {} characters.", disk.serial, kMaxSerial),
                  "write SERIAL=FILE; a file whose name has an equals sign needs a slash before it: ./NAME.");
    if (auto done = look_at(disk); !done) return std::unexpected(done.error());
    if (disk.serial.empty() && !free.empty()) disk.serial = free.front();
    std::erase(free, disk.serial);
    disks.push_back(disk);
  }
  return disks;
}

Result<std::vector<Disk>> open_disks(const std::vector<std::string>& texts, const std::vector<std::string>& volumes) {
  auto disks = assign_disks(texts, volumes);
  if (!disks) return disks;
  for (const std::string& serial : volumes)
    if (std::ranges::find(*disks, serial, &Disk::serial) == disks->end())
      remark(fmt::format("the volume \"{}\" has no disk; give one with --disk FILE.", serial));
  return disks;
}

std::vector<std::string> remarks_on(const Disk& disk) {
  std::vector<std::string> list;
  const std::uint64_t padded = (disk.bytes + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  if (padded != disk.bytes)
    list.push_back(fmt::format("the disk file {} is no whole number of sectors: its guest sees {} bytes, not {}.",
                               disk.file, padded, disk.bytes));
  if (disk.read_only)
    list.push_back(fmt::format("the disk file {} may only be read here, and so by its guest.", disk.file));
  return list;
}

}  // namespace wick::tool
