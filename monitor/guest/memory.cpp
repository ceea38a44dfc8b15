// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/guest/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"

namespace wick::monitor {

using hv::GuestRegion;
using hv::RegionKind;
using hv::Rights;

namespace {

void* pointer(Gpa address) { return reinterpret_cast<void*>(raw(address)); }

constexpr bool writable(Rights rights) { return rights == Rights::read_write; }

}  // namespace

int GuestMemory::protection(Rights rights) const {
  switch (rights) {
    case Rights::read:
      return PROT_READ;
    case Rights::read_write:
      return PROT_READ | PROT_WRITE;
    case Rights::read_execute:
      return PROT_READ | (executes_here_ ? PROT_EXEC : 0);
  }
  return PROT_NONE;
}

bool GuestMemory::anonymous(Gpa start, std::uint64_t length, int protection) {
  return length == 0 || mmap(pointer(start), length, protection,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void GuestMemory::add(Gpa start, std::uint64_t length, Rights rights, RegionKind kind) {
  if (length) map_.add({start, length, rights, kind});
}

Outcome GuestMemory::map(const Payload& payload, const GuestImage& image, const Needs& needs) {
  payload_ = payload;
  image_ = &image;
  executes_here_ = needs.executes_here;
  read_only_at_ = image.end;
  shared_at_ = read_only_at_ + sizeof(ReadOnlyPages);
  vectors_at_ = shared_at_ + sizeof(SharedPages);
  const Gpa tables = vectors_at_ + 2 * kPage;
  const Gpa dma = tables + needs.tables;
  const Gpa heap = dma + whole_pages(image.dma);
  end_ = Gpa{needs.size & ~(kPage - 1)};
  if (raw(heap) + image.heap > raw(end_) || heap == end_)
    return sentence("%s needs at least %lu KiB of memory, and %lu KiB are too little", image.name.c_str(),
                    (raw(heap) + std::max(image.heap, kPage) + 1023) / 1024, needs.size / 1024);

  const std::uint64_t length = raw(end_) - raw(image.start);
  if (mmap(pointer(image.start), length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
           -1, 0) != pointer(image.start))
    return sentence("the guest's %lu MiB of memory can't be mapped at %#lx: %s", length >> 20, raw(image.start),
                    std::strerror(errno));
  if (auto done = map_image(); !done) return done;
  add(read_only_at_, sizeof(ReadOnlyPages), Rights::read, RegionKind::read_only);
  add(shared_at_, sizeof(SharedPages), Rights::read_write, RegionKind::shared);
  add(vectors_at_, kPage, Rights::read_execute, RegionKind::text);
  add(exception_stack(), kPage, Rights::read_write, RegionKind::stack);
  add(tables, needs.tables, Rights::read, RegionKind::tables);
  add(dma, whole_pages(image.dma), Rights::read_write, RegionKind::dma);
  add(heap, raw(end_) - raw(heap), Rights::read_write, RegionKind::heap);
  if (!anonymous(shared_at_, raw(end_) - raw(shared_at_), PROT_READ | PROT_WRITE))
    return sentence("the guest's memory can't be mapped: %s", std::strerror(errno));
  write_code(vectors_at_, needs.vectors);
  return {};
}

/// Segments from the file, but for the guard below the stack and what is zero anyway.
Outcome GuestMemory::map_image() {
  const auto& stack = image_->notes.layout;
  for (const auto& segment : image_->segments) {
    const std::uint64_t from_file = whole_pages(segment.file_length), length = whole_pages(segment.length);
    if (from_file && mmap(pointer(segment.start), from_file, protection(segment.rights), MAP_PRIVATE | MAP_FIXED,
                          payload_.file, static_cast<off_t>(payload_.offset + segment.file_offset)) == MAP_FAILED)
      return sentence("the guest's image can't be mapped: %s", std::strerror(errno));
    if (!anonymous(segment.start + from_file, length - from_file, protection(segment.rights)))
      return sentence("the guest's memory can't be mapped: %s", std::strerror(errno));
    clear_tail(segment);
    if (!writable(segment.rights)) {
      add(segment.start, length, segment.rights,
          segment.rights == Rights::read_execute ? RegionKind::text : RegionKind::constants);
    } else {
      const std::uint64_t guard = raw(stack.stack_start) - kPage;
      add(segment.start, guard - raw(segment.start), Rights::read_write, RegionKind::data);
      add(stack.stack_start, raw(segment.start) + length - raw(stack.stack_start), Rights::read_write,
          RegionKind::stack);
      mprotect(pointer(Gpa{guard}), kPage, PROT_NONE);
    }
  }
  return {};
}

/// The file goes on behind the segment's last byte; memory has zeroes there.
void GuestMemory::clear_tail(const GuestSegment& segment) {
  const std::uint64_t rest = whole_pages(segment.file_length) - segment.file_length;
  if (writable(segment.rights) && rest) std::memset(pointer(segment.start + segment.file_length), 0, rest);
}

Outcome GuestMemory::map_read_only() {
  // Shared memory is the same in a second place when none of it is moved there (mremap(2), "old_size").
  constexpr std::size_t kLength = sizeof(ReadOnlyPages);
  void* const ours = mmap(nullptr, kLength, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  void* const its = pointer(read_only_at_);
  if (ours == MAP_FAILED || mremap(ours, 0, kLength, MREMAP_MAYMOVE | MREMAP_FIXED, its) != its ||
      mprotect(its, kLength, PROT_READ) != 0)
    return sentence("the pages that the guest only reads can't be mapped: %s", std::strerror(errno));
  read_only_ = static_cast<ReadOnlyPages*>(ours);
  return {};
}

void GuestMemory::write_code(Gpa to, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const std::uint64_t first = raw(to) & ~(kPage - 1);
  const std::uint64_t length = whole_pages(raw(to) + bytes.size() - first);
  mprotect(pointer(Gpa{first}), length, PROT_READ | PROT_WRITE);
  std::memcpy(pointer(to), bytes.data(), bytes.size());
  mprotect(pointer(Gpa{first}), length, protection(Rights::read_execute));
}

bool GuestMemory::may(Gpa address, std::uint64_t length, bool write) const {
  const std::uint64_t end = raw(address) + length;
  if (end < raw(address)) return false;
  std::uint64_t at = raw(address);
  for (const auto& region : map_) {  // sorted: a range may cross from one to the next
    if (at >= end) break;
    if (at - raw(region.start) >= region.length) continue;
    if (region.kind == RegionKind::tables || (write && !writable(region.rights))) return false;
    at = raw(region.start) + region.length;
  }
  return at >= end && (length != 0 || region_of(address));
}

const GuestRegion* GuestMemory::region_of(Gpa address) const {
  for (const auto& region : map_)
    if (raw(address) - raw(region.start) < region.length) return &region;
  return nullptr;
}

bool GuestMemory::device_may(Gpa address, std::uint64_t length, bool write) const {
  const auto* region = region_of(address);
  if (!region || length > region->length - (raw(address) - raw(region->start))) return false;
  return region->kind == RegionKind::dma || (!write && region->kind != RegionKind::tables);
}

bool GuestMemory::is_code(std::uint64_t address) const {
  const auto* region = region_of(Gpa{address});
  return region && region->rights == Rights::read_execute;
}

const GuestRegion* GuestMemory::region(RegionKind kind) const {
  const auto found = std::ranges::find(map_, kind, &GuestRegion::kind);
  return found == map_.end() ? nullptr : found;
}

Status GuestMemory::set_writable(Gpa start, std::uint64_t length, bool writable) {
  const int rights = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  return mprotect(pointer(start), length, rights) == 0 ? Status::ok : Status::no_memory;
}

// The kernel forgets the copies it has made of what was written: file pages and zeroes come back.
void GuestMemory::make_pristine() {
  for (const auto& region : map_) {
    if (!writable(region.rights) || region.kind == RegionKind::dma || region.kind == RegionKind::shared) continue;
    madvise(pointer(region.start), region.length, MADV_DONTNEED);
  }
  for (const auto& segment : image_->segments) clear_tail(segment);
}

}  // namespace wick::monitor
