// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's memory within this process: every guest-physical address is the same address here. The image's pages are
// mapped from the appliance's file, copy-on-write, so a thousand appliances share them and pristine memory is what the
// kernel gives back once a page is dropped. Behind the image lie, in this order, the pages that we write and the guest
// reads, the pages that both write, what the processor reads (vectors, tables), DMA memory and heap.

#include "abi/appliance.h"
#include "abi/clock.h"
#include "abi/crash.h"
#include "abi/device_page.h"
#include "abi/event.h"
#include "abi/settings.h"
#include "guest/guest_map.h"
#include "monitor/base/sentence.h"
#include "monitor/guest/image.h"
#include "monitor/guest/page_set.h"
#include "monitor/guest/payload.h"
#include "monitor/guest/snapshot_index.h"
#include "monitor/guest/sweeper.h"

namespace wick::monitor {

inline constexpr unsigned kMaxDevices = 6;

/// What the guest only reads. We write it by a second mapping.
struct ReadOnlyPages {
  alignas(kPage) std::uint8_t boot_info[kPage];
  alignas(kPage) ClockPage clock;
  alignas(kPage) CrashRecord last_crash;
  alignas(kPage) char configuration[kMaxConfigurationBytes];
};
static_assert(sizeof(ReadOnlyPages) == 5 * kPage);

struct SharedPages {
  EventPage event;
  CrashRecord crash;
  DevicePage devices[kMaxDevices];
};
static_assert(sizeof(SharedPages) == (2 + kMaxDevices) * kPage);

static_assert(sizeof(ReadOnlyPages) + sizeof(SharedPages) + 2 * kPage == kMonitorPages * kPage);  // vectors and stack

/// A file with a copy of the guest's memory from `offset` on.
struct MemoryFile {
  int file = -1;
  std::uint64_t offset = 0;
  PageSet pages;  ///< that it holds; the page at the guest's start is number 0
  PageSums sums;  ///< of a snapshot's
};

class GuestMemory {
 public:
  struct Needs {
    std::uint64_t size;                     ///< of the whole guest, counted from address 0
    std::uint64_t tables;                   ///< bytes for the processor's tables, readable by nobody else; 0: none
    bool executes_here;                     ///< the guest runs in this very address space
    std::span<const std::uint8_t> vectors;  ///< code of the wall's that the guest may execute, a page at most
  };

  /// Maps all that copies of this process may have in common, until they write. @return what is wrong in one sentence
  Outcome map(const Payload& payload, const GuestImage& image, const Needs& needs);
  /// And what each must have of its own, as we write it where the guest reads.
  Outcome map_read_only();

  /// Whether the guest could access [address, address + length) itself.
  bool may(Gpa address, std::uint64_t length, bool write) const;
  /// Whether a device may: reads anywhere in the guest's memory, writes DMA memory alone.
  bool device_may(Gpa address, std::uint64_t length, bool write) const;
  bool is_code(std::uint64_t address) const;

  /// Writes into the guest's code, before it runs.
  void write_code(Gpa to, std::span<const std::uint8_t> bytes);

  /// Takes the write permission of whole pages that the guest may write away, or gives it back: for hv::Seals.
  /// @return no_memory when the kernel keeps no more such places
  Status set_writable(Gpa start, std::uint64_t length, bool writable);

  /// The guest's own memory as before its first instruction.
  void make_pristine();

  // memory_copy.cpp: checkpoints and snapshots

  /// Bytes of a file that holds a copy.
  std::uint64_t copy_length() const { return raw(end_) - raw(image_->start); }
  /// Writes all that the guest may have written to `to`, each page at its distance from the start; what was never
  /// touched is left out. @param to of that length already, its pages those of an earlier try at most
  /// @param page_map /proc/self/pagemap, open
  Outcome write_copy(MemoryFile& to, int page_map) const;
  /// From now on memory is what such a file holds, copy-on-write and nothing sealed. @param from stays where it is
  Outcome map_copy(const MemoryFile& from);
  bool has_copy() const { return base_; }
  /// Memory as the file of map_copy() holds it.
  void return_to_copy(Sweeper& sweeper);
  /// Gives the guest its own copies of these pages now, rather than one by one when it writes there.
  void map_now(const FirstPages& pages) const;
  /// Pages that the guest has written, or touched first, since it was copied to `since`; not all where that are many.
  /// @return false when it can't be told
  bool find_written(const MemoryFile& since, int page_map, FirstPages& written) const;

  const hv::GuestMap& regions() const { return map_; }
  const hv::GuestRegion* region(hv::RegionKind kind) const;
  const hv::GuestRegion* region_of(Gpa address) const;
  ReadOnlyPages& read_only() { return *read_only_; }
  const ReadOnlyPages& read_only_for_guest() const {
    return *reinterpret_cast<const ReadOnlyPages*>(raw(read_only_at_));
  }
  SharedPages& shared() { return *reinterpret_cast<SharedPages*>(raw(shared_at_)); }
  Gpa vectors() const { return vectors_at_; }
  Gpa exception_stack() const { return vectors_at_ + kPage; }  ///< a page
  Gpa start() const { return image_->start; }
  Gpa end() const { return end_; }

 private:
  Outcome map_image();
  void add(Gpa start, std::uint64_t length, hv::Rights rights, hv::RegionKind kind);
  void clear_tail(const GuestSegment& segment);
  bool anonymous(Gpa start, std::uint64_t length, int protection);
  int protection(hv::Rights rights) const;
  bool write_pages(MemoryFile& to, const hv::GuestRegion& region, std::uint64_t at, std::size_t count,
                   const bool (&touched)[512]) const;

  const GuestImage* image_ = nullptr;
  Payload payload_{};
  bool executes_here_ = false;
  hv::GuestMap map_;
  ReadOnlyPages* read_only_ = nullptr;
  Gpa read_only_at_{}, shared_at_{}, vectors_at_{}, end_{};
  const MemoryFile* base_ = nullptr;  ///< what memory is mapped from; nullptr: the appliance's file
};

/// Opens /proc/self/pagemap, for write_copy(). @return what is wrong in one sentence
Outcome open_page_map(int& file);

}  // namespace wick::monitor
