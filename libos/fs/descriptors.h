// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table of file descriptors, one for the whole appliance.

#include "fs/file.h"

namespace wick::fs {

/// A multiple of 64. sysconf() and getrlimit() tell it.
inline constexpr int kMaxDescriptors = 4096;

/// Keeps a file alive for as long as an operation on it runs.
class FileReference {
 public:
  FileReference() = default;
  explicit FileReference(FileOperations* file);
  FileReference(FileReference&& other) noexcept : file_(other.file_) { other.file_ = nullptr; }
  FileReference& operator=(FileReference&& other) noexcept;
  ~FileReference();

  explicit operator bool() const { return file_; }
  FileOperations* operator->() const { return file_; }
  FileOperations& operator*() const { return *file_; }
  FileOperations* get() const { return file_; }

 private:
  FileOperations* file_ = nullptr;
};

/// Puts a file into the lowest free descriptor not below `at_least`. @return the descriptor, -EMFILE or -ENOMEM;
/// the file is then still the caller's
int install(FileOperations& file, int at_least = 0);

/// Puts a file into exactly this descriptor and drops what stood there. @return the descriptor, -EBADF or -ENOMEM
int install_at(FileOperations& file, int descriptor);

/// @return an empty reference for a descriptor that is not open
FileReference lookup(int descriptor);

/// Takes a descriptor out of the table; the file ends with its last reference. @return 0 or -EBADF
int drop(int descriptor);

/// FD_CLOEXEC, which nothing here acts upon (there is no exec) and programs read back. @return -EBADF, 0 or 1
int close_on_exec(int descriptor);
int set_close_on_exec(int descriptor, bool on);

/// As install(), with FD_CLOEXEC set when that is wanted.
inline int install_marked(FileOperations& file, bool close_on_exec, int at_least = 0) {
  const int descriptor = install(file, at_least);
  if (descriptor >= 0 && close_on_exec) (void)set_close_on_exec(descriptor, true);
  return descriptor;
}

/// Whether install() has a place left.
bool has_room();

/// Number of open descriptors, for /metrics.
unsigned open_count();

}  // namespace wick::fs
