// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// /proc: texts that are made when they are opened. Linked when the manifest's features say so. /proc/1 is /proc/self.

#include <dirent.h>
#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "boot/init.h"
#include "fs/file_system.h"
#include "fs/path.h"
#include "fs/proc/texts.h"
#include "fs/seekable.h"

namespace wick::fs {

namespace {

using proc::Text;

constexpr std::size_t kRoom = 2048;  // for a text
constexpr std::string_view kPoint = "/proc", kSelf = "/proc/self";

/// The text whose path it is, or null.
const Text* find(std::string_view path) {
  const std::string_view first = path.starts_with("/proc/1/") ? kSelf : "",
                         rest = first.empty() ? path : path.substr(7);
  for (const Text& text : proc::texts()) {
    if (text.path.starts_with(first) && text.path.substr(first.size()) == rest) return &text;
  }
  return nullptr;
}

bool is_directory(std::string_view path) {
  if (path == "/proc/1") path = kSelf;
  for (const Text& text : proc::texts()) {
    if (is_within(text.path, path) && text.path.size() > path.size()) return true;
  }
  return false;
}

class TextFile final : public Seekable {
 public:
  explicit TextFile(const Text& text) : text_(text) {
    const int length = text.write(bytes_, sizeof bytes_);
    length_ = length < 0                                         ? 0
              : static_cast<std::size_t>(length) < sizeof bytes_ ? static_cast<std::size_t>(length)
                                                                 : sizeof bytes_ - 1;
  }

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    if (offset >= length_) return 0;
    if (bytes > length_ - offset) bytes = length_ - offset;
    std::memcpy(to, bytes_ + offset, bytes);
    return static_cast<Outcome>(bytes);
  }
  Outcome stat(struct stat& to) override;
  void destroy() override { std::free(this); }

 private:
  std::uint64_t size() override { return length_; }

  const Text& text_;
  std::size_t length_;
  char bytes_[kRoom];
};

class ProcFileSystem final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t, FileOperations*& file) override {
    const Text* text = find(path);
    if (!text) return -ENOENT;
    if ((flags & O_ACCMODE) != O_RDONLY) return -EACCES;
    void* room = std::malloc(sizeof(TextFile));
    if (!room) return -ENOMEM;
    file = new (room) TextFile(*text);
    return 0;
  }

  Outcome stat(std::string_view path, struct stat& to) override {
    const bool directory = path == kPoint || is_directory(path);
    if (!directory && !find(path)) return -ENOENT;
    to = {};
    to.st_mode = directory ? S_IFDIR | 0555 : S_IFREG | 0444;
    to.st_nlink = 1;
    return 0;
  }

  Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) override {
    const auto texts = proc::texts();
    for (; cookie < texts.size(); cookie++) {
      const std::string_view name = child(texts[cookie].path, path);
      if (name.empty() || (cookie > 0 && child(texts[cookie - 1].path, path) == name)) continue;
      const bool last = texts[cookie].path.size() == path.size() + 1 + name.size();
      set_entry(to, name, ++cookie, last ? DT_REG : DT_DIR);
      return 1;
    }
    return 0;
  }

 private:
  /// The name below `folder` on the way to `path`; empty where it doesn't lead there.
  static std::string_view child(std::string_view path, std::string_view folder) {
    if (!is_within(path, folder) || path.size() <= folder.size()) return {};
    const std::string_view rest = path.substr(folder.size() + 1);
    return rest.substr(0, rest.find('/'));
  }
};

constinit ProcFileSystem the_proc_file_system;
constinit Mount proc_mount{kPoint, &the_proc_file_system};

Outcome TextFile::stat(struct stat& to) { return the_proc_file_system.stat(text_.path, to); }

Status mount_proc() {
  mount(proc_mount);
  return Status::ok;
}

}  // namespace

WICK_INIT_STEP(40, "proc", mount_proc);

}  // namespace wick::fs
