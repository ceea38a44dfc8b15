// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What can be said of memory besides mapping it. Nothing is ever paged out, and a page's rights don't change: what asks
// for others is refused, so that nobody relies on a guard that isn't there.

#include "posix/mappings.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "posix/result.h"
#include "sched/lock.h"

using namespace wick;
using posix::int_result;
using posix::Mapping;

namespace {

bool page_aligned(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % kPage == 0; }

}  // namespace

extern "C" {

int mprotect(void* address, size_t bytes, int rights) {
  const sched::Guard guard(sched::State::files);
  if (!page_aligned(address)) return int_result(-EINVAL);
  if (rights & PROT_EXEC) return int_result(-EACCES);
  if (bytes == 0) return 0;
  if (!posix::find_mapping(address)) return int_result(-ENOMEM);
  return int_result(rights == (PROT_READ | PROT_WRITE) ? 0 : -ENOTSUP);
}

int msync(void* address, size_t bytes, int flags) {
  const sched::Guard guard(sched::State::files);
  const int how = flags & (MS_ASYNC | MS_SYNC);
  if (!page_aligned(address) || how == (MS_ASYNC | MS_SYNC) || (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)))
    return int_result(-EINVAL);
  if (bytes == 0) return 0;
  Mapping* mapping = posix::find_mapping(address);
  if (!mapping) return int_result(-ENOMEM);
  const auto from = static_cast<std::size_t>(static_cast<char*>(address) - mapping->start);
  if (whole_pages(bytes) > mapping->bytes - from) return int_result(-ENOMEM);
  if (const fs::Outcome wrong = mapping->write_back(from, from + whole_pages(bytes))) return int_result(wrong);
  return int_result(mapping->file && how == MS_SYNC ? mapping->file->sync() : 0);
}

int madvise(void* address, size_t bytes, int advice) {
  const sched::Guard guard(sched::State::files);
  if (!page_aligned(address) || advice < MADV_NORMAL || advice > MADV_DONTDUMP) return int_result(-EINVAL);
  Mapping* mapping = posix::find_mapping(address);
  if (!mapping) return int_result(bytes == 0 ? 0 : -ENOMEM);
  const std::size_t room = mapping->bytes - static_cast<std::size_t>(static_cast<char*>(address) - mapping->start);
  if (whole_pages(bytes) > room) return int_result(-ENOMEM);
  // Linux promises zeroes to whoever reads again what it didn't need.
  if (advice == MADV_DONTNEED && mapping->anonymous) std::memset(address, 0, whole_pages(bytes));
  return 0;
}

int posix_madvise(void* address, size_t, int advice) {
  return page_aligned(address) && advice >= POSIX_MADV_NORMAL && advice <= POSIX_MADV_DONTNEED ? 0 : EINVAL;
}

void* mremap(void* address, size_t before, size_t after, int flags, ...) {
  const sched::Guard guard(sched::State::files);
  Mapping* old = posix::find_mapping(address);
  const auto fail = [](int error) {
    errno = error;
    return MAP_FAILED;
  };
  if (!page_aligned(address) || after == 0 || (flags & ~MREMAP_MAYMOVE)) return fail(EINVAL);
  if (!old || before == 0) return fail(EFAULT);
  before = whole_pages(before);
  if (whole_pages(after) <= before) {
    const std::size_t kept = whole_pages(after);
    if (kept < before) (void)posix::unmap(static_cast<char*>(address) + kept, before - kept);
    return address;
  }
  if (!(flags & MREMAP_MAYMOVE)) return fail(ENOMEM);
  if (old->file) return fail(ENODEV);
  Mapping* mapping = posix::make_mapping(after);
  if (!mapping) return fail(ENOMEM);
  std::memcpy(mapping->start, address, before);
  char* const moved = mapping->start;
  (void)posix::unmap(address, before);
  return moved;
}

int mlock(const void*, size_t) { return 0; }
int munlock(const void*, size_t) { return 0; }
int mlockall(int) { return 0; }
int munlockall(void) { return 0; }

}  // extern "C"
