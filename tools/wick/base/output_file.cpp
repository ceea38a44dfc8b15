// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/interruptible.h"

namespace wick::tool {
namespace {

std::unexpected<Error> cant_write(const fs::path& path, int reason) {
  return fail(fmt::format("{} can't be written: {}.", path.string(), std::strerror(reason)));
}

}  // namespace

Result<OutputFile> OutputFile::create(const fs::path& target, std::string_view part) {
  std::error_code error;
  // A rename would put a file into the place of a device.
  if (fs::exists(target, error) && !fs::is_regular_file(target, error))
    return fail(fmt::format("{} is there already and no file.", target.string()));
  fs::path temporary = target;
  temporary += fmt::format("{}{}.{}.tmp", part.empty() ? "" : ".", part, getpid());
  const int file = open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return cant_write(target, errno);
  return OutputFile(target, temporary, file);
}

OutputFile::OutputFile(OutputFile&& from) noexcept
    : target_(std::move(from.target_)),
      temporary_(std::move(from.temporary_)),
      file_(std::exchange(from.file_, -1)),
      wrong_(from.wrong_),
      bytes_(from.bytes_) {}

OutputFile::~OutputFile() {
  if (file_ < 0) return;
  close(file_);
  std::error_code error;
  fs::remove(temporary_, error);
}

bool OutputFile::rewrite(std::uint64_t at, std::span<const std::byte> bytes) {
  while (!wrong_ && !bytes.empty()) {
    if (Interruptible::signal()) {
      wrong_ = EINTR;
      break;
    }
    const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      wrong_ = written < 0 ? errno : ENOSPC;
    } else {
      at += static_cast<std::uint64_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  return !wrong_;
}

bool OutputFile::append(std::span<const std::byte> bytes) {
  const std::uint64_t at = bytes_;
  bytes_ += bytes.size();
  return rewrite(at, bytes);
}

bool OutputFile::extend(std::uint64_t bytes) {
  if (!wrong_ && ftruncate(file_, static_cast<off_t>(bytes)) != 0) wrong_ = errno;
  bytes_ = bytes;
  return !wrong_;
}

Result<void> OutputFile::written() const {
  if (wrong_) return cant_write(target_, wrong_);
  return {};
}

Result<void> OutputFile::finish(bool executable) {
  struct stat made{};
  if (!wrong_ && executable && (fstat(file_, &made) != 0 || fchmod(file_, made.st_mode | 0111) != 0)) wrong_ = errno;
  // A file system over a network may tell of a full disk no earlier.
  if (close(std::exchange(file_, -1)) != 0 && !wrong_) wrong_ = errno;
  if (!wrong_ && rename(temporary_.c_str(), target_.c_str()) != 0) wrong_ = errno;
  std::error_code error;
  if (wrong_) fs::remove(temporary_, error);
  return written();
}

}  // namespace wick::tool
