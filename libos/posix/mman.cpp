// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// mmap() without paging: anonymous memory comes from the heap, an embedded file is in memory already, other files are
// copied, and written back when they are shared. Fixed addresses are refused.

#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "posix/mappings.h"
#include "posix/result.h"
#include "sched/lock.h"

using namespace wick;
using posix::Mapping;

namespace {

constinit Mapping* first = nullptr;

void* fail(int error) {
  errno = error;
  return MAP_FAILED;
}

void write_all_back() {
  const sched::Guard guard(sched::State::files);
  for (Mapping* mapping = first; mapping; mapping = mapping->next) (void)mapping->write_back(0, mapping->bytes);
}

fs::Outcome fill(Mapping& mapping, fs::FileOperations& file, std::size_t bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes) {
    const fs::Outcome got = file.read_at(mapping.start + done, bytes - done, offset + done);
    if (got < 0) return got;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return 0;
}

/// What of an embedded file stands in memory, or null.
const void* in_place(fs::FileOperations& file, std::size_t bytes, off_t offset) {
  struct stat found;
  const void* content = file.content();
  if (!content || file.stat(found) != 0 || offset + static_cast<off_t>(bytes) > found.st_size) return nullptr;
  return static_cast<const char*>(content) + offset;
}

}  // namespace

fs::Outcome Mapping::write_back(std::size_t from, std::size_t to) {
  struct stat found;
  if (!file) return 0;
  if (const fs::Outcome wrong = file->stat(found)) return wrong;
  // A mapping doesn't make its file longer.
  const auto size = static_cast<std::uint64_t>(found.st_size);
  if (size <= offset) return 0;
  if (to > size - offset) to = static_cast<std::size_t>(size - offset);
  while (from < to) {
    const fs::Outcome put = file->write_at(start + from, to - from, offset + from);
    if (put < 0) return put;
    from += static_cast<std::size_t>(put);
  }
  return 0;
}

Mapping* posix::find_mapping(const void* address) {
  for (Mapping* mapping = first; mapping; mapping = mapping->next) {
    if (mapping->contains(static_cast<const char*>(address))) return mapping;
  }
  return nullptr;
}

Mapping* posix::make_mapping(std::size_t bytes) {
  if (bytes > PTRDIFF_MAX - kPage) return nullptr;
  bytes = whole_pages(bytes);
  const std::size_t pages = bytes / kPage, words = (pages + 63) / 64;
  void* room = std::aligned_alloc(kPage, bytes);
  void* record = room ? std::malloc(sizeof(Mapping) + words * sizeof(std::uint64_t)) : nullptr;
  if (!record) {
    std::free(room);
    return nullptr;
  }
  std::memset(room, 0, bytes);
  auto* mapping = new (record) Mapping{static_cast<char*>(room), bytes, pages, {}, 0, first, true};
  std::memset(mapping->bits(), 0xff, words * sizeof(std::uint64_t));
  return first = mapping;
}

fs::Outcome posix::unmap(void* address, std::size_t bytes) {
  const sched::Guard guard(sched::State::files);
  char* const from = static_cast<char*>(address);
  char* const to = from + whole_pages(bytes);
  fs::Outcome outcome = 0;
  for (Mapping** link = &first; *link;) {
    Mapping& mapping = **link;
    const std::size_t begin = from > mapping.start ? static_cast<std::size_t>(from - mapping.start) : 0;
    const std::size_t end =
        to < mapping.start + mapping.bytes ? static_cast<std::size_t>(to - mapping.start) : mapping.bytes;
    if (to <= mapping.start || begin >= end) {
      link = &mapping.next;
      continue;
    }
    if (const fs::Outcome wrong = mapping.write_back(begin, end)) outcome = wrong;
    for (std::size_t page = begin / kPage; page < end / kPage; page++) {
      mapping.live -= mapping.has(page);
      mapping.bits()[page / 64] &= ~(1ull << (page % 64));
    }
    if (mapping.live > 0) {
      link = &mapping.next;
      continue;
    }
    *link = mapping.next;
    std::free(mapping.start);
    mapping.~Mapping();
    std::free(&mapping);
  }
  return outcome;
}

extern "C" {

void* mmap(void*, size_t bytes, int rights, int flags, int descriptor, off_t offset) {
  const sched::Guard guard(sched::State::files);
  const int kind = flags & (MAP_SHARED | MAP_PRIVATE);
  if (bytes == 0 || offset < 0 || offset % static_cast<off_t>(kPage) != 0 || (flags & MAP_FIXED)) return fail(EINVAL);
  if (kind != MAP_SHARED && kind != MAP_PRIVATE) return fail(EINVAL);
  if (rights & PROT_EXEC) return fail(EACCES);  // data is never executable
  fs::FileReference file;
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0, written_back = kind == MAP_SHARED && (rights & PROT_WRITE);
  if (!anonymous) {
    file = fs::lookup(descriptor);
    if (!file) return fail(EBADF);
    struct stat found;
    if (file->stat(found) != 0 || !S_ISREG(found.st_mode)) return fail(ENODEV);
    if (!posix::readable(*file) || (written_back && !posix::writable(*file))) return fail(EACCES);
    const void* content = rights & PROT_WRITE ? nullptr : in_place(*file, bytes, offset);
    if (content) return const_cast<void*>(content);
  }
  Mapping* mapping = posix::make_mapping(bytes);
  if (!mapping) return fail(ENOMEM);
  if (anonymous) return mapping->start;
  mapping->anonymous = false;
  mapping->offset = static_cast<std::uint64_t>(offset);
  if (const fs::Outcome wrong = fill(*mapping, *file, bytes, mapping->offset)) {
    (void)posix::unmap(mapping->start, bytes);
    return fail(static_cast<int>(-wrong));
  }
  if (!written_back) return mapping->start;
  static bool at_exit = false;
  if (!at_exit) at_exit = std::atexit(write_all_back) == 0;
  mapping->file = std::move(file);
  return mapping->start;
}

int munmap(void* address, size_t bytes) {
  if (bytes == 0 || reinterpret_cast<std::uintptr_t>(address) % kPage != 0) return posix::int_result(-EINVAL);
  return posix::int_result(posix::unmap(address, bytes));
}

}  // extern "C"
