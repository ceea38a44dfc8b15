// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver/text_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>

#include "fs/descriptors.h"
#include "fs/file_system.h"
#include "sched/lock.h"

namespace wick::net {

namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;  // what comes behind isn't read

}  // namespace

TextFile::TextFile(std::string_view path) {
  const sched::Guard guard(sched::State::files);
  fs::FileOperations* file = nullptr;
  if (fs::open_path("/", path, O_RDONLY, 0, file) != 0) return;
  const fs::FileReference keep(file);
  struct stat size;
  if (file->stat(size) != 0 || !S_ISREG(size.st_mode)) return;
  const std::size_t wanted = std::min(static_cast<std::size_t>(size.st_size), kMaxBytes);
  bytes_ = static_cast<char*>(std::malloc(wanted));
  const fs::Outcome got = bytes_ ? file->read_at(bytes_, wanted, 0) : 0;
  if (got > 0) rest_ = {bytes_, static_cast<std::size_t>(got)};
}

TextFile::~TextFile() { std::free(bytes_); }

bool TextFile::next_line() {
  if (rest_.empty()) return false;
  line_ = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(std::min(line_.size() + 1, rest_.size()));
  line_ = line_.substr(0, line_.find('#'));
  return true;
}

std::string_view TextFile::word() {
  constexpr std::string_view kSpace = " \t\r\v\f";
  line_.remove_prefix(std::min(line_.find_first_not_of(kSpace), line_.size()));
  const std::string_view found = line_.substr(0, line_.find_first_of(kSpace));
  line_.remove_prefix(found.size());
  return found;
}

}  // namespace wick::net
