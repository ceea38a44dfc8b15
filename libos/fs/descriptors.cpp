// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See descriptors.h. The first three descriptors are the console until somebody closes or replaces them.

#include "fs/descriptors.h"

#include <bit>
#include <cstdlib>

#include "fs/console_file.h"

namespace wick::fs {

namespace {

/// As many descriptors as one word has bits. All but the first of these come from the heap when they are needed.
struct Chunk {
  static constexpr int kCount = 64;
  FileOperations* files[kCount];
  std::uint64_t used;    ///< a bit each
  std::uint64_t marked;  ///< FD_CLOEXEC, likewise
};
constexpr int kChunks = kMaxDescriptors / Chunk::kCount;

constinit Chunk first_chunk{};
constinit Chunk* chunks[kChunks] = {};
constinit unsigned in_use = 0;

constexpr std::uint64_t bit(int descriptor) { return std::uint64_t{1} << (descriptor % Chunk::kCount); }
Chunk* chunk_of(int descriptor) { return chunks[descriptor / Chunk::kCount]; }

void release(FileOperations& file) {
  if (--file.references == 0) file.end();
}

void put(FileOperations& file, int descriptor) {
  Chunk& chunk = *chunk_of(descriptor);
  file.references++;
  in_use++;
  chunk.files[descriptor % Chunk::kCount] = &file;
  chunk.used |= bit(descriptor);
  chunk.marked &= ~bit(descriptor);
}

/// @return false without memory
bool make_chunk(int descriptor) {
  Chunk*& place = chunks[descriptor / Chunk::kCount];
  if (!place) place = static_cast<Chunk*>(std::calloc(1, sizeof(Chunk)));
  return place;
}

/// The three standard descriptors are opened at the first use of any.
void open_standard() {
  if (chunks[0]) return;
  chunks[0] = &first_chunk;
  for (int descriptor = 0; descriptor < 3; descriptor++) put(console_file(), descriptor);
}

bool valid(int descriptor) { return descriptor >= 0 && descriptor < kMaxDescriptors; }

FileOperations* file_of(int descriptor) {
  const Chunk* const chunk = valid(descriptor) ? chunk_of(descriptor) : nullptr;
  return chunk ? chunk->files[descriptor % Chunk::kCount] : nullptr;
}

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
  if (!valid(at_least)) return -EINVAL;
  for (int start = at_least; start < kMaxDescriptors; start = (start / Chunk::kCount + 1) * Chunk::kCount) {
    if (!make_chunk(start)) return -ENOMEM;
    const std::uint64_t free = ~chunk_of(start)->used & ~(bit(start) - 1);
    if (free == 0) continue;
    const int descriptor = start / Chunk::kCount * Chunk::kCount + std::countr_zero(free);
    put(file, descriptor);
    return descriptor;
  }
  return -EMFILE;
}

int install_at(FileOperations& file, int descriptor) {
  if (!valid(descriptor)) return -EBADF;
  open_standard();
  if (!make_chunk(descriptor)) return -ENOMEM;
  FileReference keep(&file);  // it may stand in that very place
  if (file_of(descriptor)) (void)drop(descriptor);
  put(file, descriptor);
  return descriptor;
}

FileReference lookup(int descriptor) {
  open_standard();
  return FileReference(file_of(descriptor));
}

int drop(int descriptor) {
  open_standard();
  FileOperations* const file = file_of(descriptor);
  if (!file) return -EBADF;
  Chunk& chunk = *chunk_of(descriptor);
  chunk.files[descriptor % Chunk::kCount] = nullptr;
  chunk.used &= ~bit(descriptor);
  in_use--;
  release(*file);
  return 0;
}

int close_on_exec(int descriptor) {
  if (!lookup(descriptor)) return -EBADF;
  return (chunk_of(descriptor)->marked & bit(descriptor)) != 0;
}

int set_close_on_exec(int descriptor, bool on) {
  if (!lookup(descriptor)) return -EBADF;
  std::uint64_t& marked = chunk_of(descriptor)->marked;
  marked = on ? marked | bit(descriptor) : marked & ~bit(descriptor);
  return 0;
}

bool has_room() { return in_use < kMaxDescriptors; }

unsigned open_count() {
  open_standard();
  return in_use;
}

}  // namespace wick::fs
