// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The checkpoint is copies of all pages that differ from the pristine image, taken at once, in the reserve: from its
// front an index sorted by address, from its end the pages. DMA memory belongs to it, too, as the rings lie there.
// Going back touches only what was written since.

#include "machine/checkpoint.h"

#include <algorithm>
#include <span>

#include "arch/wipe.h"
#include "backend/device_table.h"
#include "backend/written.h"
#include "machine/memory.h"

namespace wick::hv {
namespace {

struct Saved {
  MemoryRange page;
  Gpa copy;
};

std::uint64_t count;
PageDevice::Saved devices[DeviceTable::kMax];
Written device_writes;

std::span<Saved> saved() { return {reinterpret_cast<Saved*>(raw(guest.reserve.start)), count}; }

/// Copies the saved page that holds `page`, which is a piece of it when seal() has split it since.
/// @return whether there is one
bool copy_saved(MemoryRange page) {
  const auto pages = saved();
  const auto behind =
      std::ranges::upper_bound(pages, raw(page.start), {}, [](const Saved& s) { return raw(s.page.start); });
  if (behind == pages.begin()) return false;
  const Saved& candidate = *std::prev(behind);
  const std::uint64_t offset = raw(page.start) - raw(candidate.page.start);
  if (offset >= candidate.page.length) return false;
  copy_pages(page.start, candidate.copy + offset, page.length);
  return true;
}

/// As if the guest had written what hv and its devices have: a checkpoint keeps it, a return puts it back.
void mark_written() {
  backends().for_each([](PageDevice& device) { device.for_each_used_ring(mark_dirty); });
  device_writes.take(mark_dirty);
}

void start(MemoryRange dma) { device_writes.start(dma); }
void written(Gpa address, std::uint64_t length) { device_writes.add(address, length); }

Status keep(Machine& machine) {
  // What an earlier checkpoint holds differs from the image, even if nobody has written it since.
  for (const auto& page : saved()) mark_dirty(page.page.start, page.page.length);
  backends().for_each([](PageDevice& device) { device.drain(); });
  mark_written();
  std::uint64_t bytes = 0;
  for_each_dirty_page(true, false, [&](MemoryRange page) { bytes += page.length + sizeof(Saved); });
  if (bytes > guest.reserve.length) return Status::no_memory;

  backends().save(devices);
  count = 0;
  Gpa end = guest.reserve.start + guest.reserve.length;
  for_each_dirty_page(true, true, [&](MemoryRange page) {
    end = Gpa{raw(end) - page.length};
    copy_pages(end, page.start, page.length);
    saved().data()[count++] = {page, end};
  });
  guest.kept = hv::keep(machine.lives(), machine.registers(), machine.state(), machine.watchdog());
  guest.lives.checkpointed = true;
  settle(Splits::keep);
  return Status::ok;
}

void go_back() {
  forget_guest();
  (void)backends().restore(devices);  // the rings were good when they were saved
  mark_written();
  for_each_dirty_page(true, true, [&](MemoryRange page) {
    if (!copy_saved(page)) make_pristine(page);
  });
  settle(Splits::join);
}

WICK_REGISTERED("checkpoint") constexpr Checkpoint registered = {start, written, keep, go_back};

}  // namespace
}  // namespace wick::hv
