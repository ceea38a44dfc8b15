// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See descriptors.h. The first three descriptors are the console until somebody closes or replaces them.

#include "fs/descriptors.h"

#include "fs/console_file.h"

namespace wick::fs {

namespace {

constinit FileOperations* table[kMaxDescriptors];
constinit std::uint8_t marked[kMaxDescriptors / 8];  ///< FD_CLOEXEC, a bit each
constinit bool standard_open = false;
constinit unsigned in_use = 0;

void release(FileOperations& file) {
  if (--file.references == 0) file.end();
}

void mark(int descriptor, bool on) {
  std::uint8_t& byte = marked[descriptor / 8];
  const auto bit = static_cast<std::uint8_t>(1u << (descriptor % 8));
  byte = static_cast<std::uint8_t>(on ? byte | bit : byte & ~bit);
}

void put(FileOperations& file, int descriptor) {
  file.references++;
  in_use++;
  table[descriptor] = &file;
  mark(descriptor, false);
}

/// The three standard descriptors are opened at the first use of any.
void open_standard() {
  if (standard_open) return;
  standard_open = true;
  for (int descriptor = 0; descriptor < 3; descriptor++) put(console_file(), descriptor);
}

bool valid(int descriptor) { return descriptor >= 0 && descriptor < kMaxDescriptors; }

}  // namespace

FileReference::FileReference(FileOperations* file) : file_(file) {
  if (file_) file_->references++;
}

FileReference& FileReference::operator=(FileReference&& other) noexcept {
  FileOperations* mine = file_;
  file_ = other.file_;
  other.file_ = mine;
  return *this;
}

FileReference::~FileReference() {
  if (file_) release(*file_);
}

int install(FileOperations& file, int at_least) {
  open_standard();
  if (at_least < 0) return -EINVAL;
  for (int descriptor = at_least; descriptor < kMaxDescriptors; descriptor++) {
    if (table[descriptor]) continue;
    put(file, descriptor);
    return descriptor;
  }
  return -EMFILE;
}

int install_at(FileOperations& file, int descriptor) {
  if (!valid(descriptor)) return -EBADF;
  open_standard();
  FileReference keep(&file);  // it may stand in that very place
  if (table[descriptor]) (void)drop(descriptor);
  put(file, descriptor);
  return descriptor;
}

FileReference lookup(int descriptor) {
  open_standard();
  return FileReference(valid(descriptor) ? table[descriptor] : nullptr);
}

int drop(int descriptor) {
  open_standard();
  if (!valid(descriptor) || !table[descriptor]) return -EBADF;
  FileOperations& file = *table[descriptor];
  table[descriptor] = nullptr;
  in_use--;
  release(file);
  return 0;
}

int close_on_exec(int descriptor) {
  if (!lookup(descriptor)) return -EBADF;
  return marked[descriptor / 8] >> (descriptor % 8) & 1;
}

int set_close_on_exec(int descriptor, bool on) {
  if (!lookup(descriptor)) return -EBADF;
  mark(descriptor, on);
  return 0;
}

unsigned open_count() {
  open_standard();
  return in_use;
}

}  // namespace wick::fs
