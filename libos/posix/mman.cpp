// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// mmap() without paging: anonymous memory comes from the heap, an embedded file is already in memory, other files are
// copied. Shared writable mappings and fixed addresses are refused.

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "abi/types.h"
#include "memory/heap.h"
#include "posix/result.h"

using namespace wick;

namespace {

void* fail(int error) {
  errno = error;
  return MAP_FAILED;
}

}  // namespace

extern "C" {

void* mmap(void*, size_t bytes, int rights, int flags, int descriptor, off_t offset) {
  if (bytes == 0 || offset < 0 || offset % static_cast<off_t>(kPage) != 0 || (flags & MAP_FIXED)) return fail(EINVAL);
  if (rights & PROT_EXEC) return fail(EACCES);  // data is never executable
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  if (!anonymous) {
    if ((flags & MAP_SHARED) && (rights & PROT_WRITE)) return fail(ENODEV);
    const sched::Guard guard(sched::State::files);
    const fs::FileReference file = fs::lookup(descriptor);
    if (!file) return fail(EBADF);
    struct stat found;
    const void* content = file->content();
    if (content && !(rights & PROT_WRITE) && file->stat(found) == 0 &&
        offset + static_cast<off_t>(bytes) <= found.st_size) {
      return const_cast<char*>(static_cast<const char*>(content) + offset);
    }
  }
  if (bytes > PTRDIFF_MAX - kPage) return fail(ENOMEM);
  void* room = std::aligned_alloc(kPage, whole_pages(bytes));
  if (!room) return fail(ENOMEM);
  std::memset(room, 0, bytes);
  if (!anonymous && pread(descriptor, room, bytes, offset) < 0) {
    const int error = errno;
    std::free(room);
    return fail(error);
  }
  return room;
}

/// Whole mappings only.
int munmap(void* address, size_t) {
  if (memory::the_heap.contains(address)) std::free(address);
  return 0;
}

}  // extern "C"
