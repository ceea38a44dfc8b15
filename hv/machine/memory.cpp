// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's memory as it was before its first instruction, and as it was at the checkpoint. Going back touches only
// what was written: text and constants can't have changed. The checkpoint is copies of all pages that differ from the
// pristine image, taken at once, in the reserve: from its front an index sorted by address, from its end the pages. DMA
// memory belongs to it, too, as the rings lie there; a pristine start leaves it its bytes, which nobody trusts anyway:
// a driver clears what it needs cleared.

#include <algorithm>

#include "arch/wipe.h"
#include "machine/machine.h"

extern "C" const char wick_data_start[], wick_guest_text_start[], wick_text_end[];

namespace wick::hv {
namespace {

struct Saved {
  MemoryRange page;
  Gpa copy;
};

std::uint64_t count;

std::span<Saved> saved() { return {reinterpret_cast<Saved*>(raw(guest.reserve.start)), count}; }

/// Private memory of the guest, where hv never writes, and its DMA memory if that counts.
template <typename Visit>
void for_each_dirty_page(bool with_dma, bool clear, Visit&& visit) {
  for (const auto& region : guest_map) {
    const auto kind = region.kind;
    const bool own = kind == RegionKind::data || kind == RegionKind::stack || kind == RegionKind::heap;
    if (!own && !(with_dma && kind == RegionKind::dma)) continue;
    const Gpa end = region.start + region.length;
    for (auto page = next_dirty_page(region.start, end, clear); page.length;
         page = next_dirty_page(page.start + page.length, end, clear))
      visit(page);
  }
}

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

/// The bytes of the loaded image, or zeroes where it has none.
void make_pristine(MemoryRange page) {
  const std::uint64_t offset = raw(page.start) - address_of(wick_data_start);
  if (offset < guest.pristine.length)
    copy_pages(page.start, guest.pristine.start + offset, page.length);
  else
    wipe_pages(page.start, page.length);
}

/// And TLBs forget what was dirty.
void settle(Splits what) {
  settle_splits(what);
  wall->settle(what);
}

}  // namespace

void keep_pristine_data() { copy_pages(guest.pristine.start, Gpa{address_of(wick_data_start)}, guest.pristine.length); }

bool Machine::is_code(std::uint64_t at) {
  return at >= address_of(wick_guest_text_start) && at < address_of(wick_text_end);
}

Status Machine::set_writable(Gpa start, std::uint64_t length, bool writable) {
  const auto status = hv::set_writable(start, length, writable);
  return ok(status) ? wall->set_writable(start, length, writable) : status;
}

Status Machine::keep() {
  if (guest.notes.restart.policy != RestartPolicy::restore) return Status::unsupported;  // nobody would return there
  // What an earlier checkpoint holds differs from the image, even if nobody has written it since.
  for (const auto& page : saved()) mark_dirty(page.page.start, page.page.length);
  quiet_backends();  // and marks what hv itself writes in the guest's rings
  std::uint64_t bytes = 0;
  for_each_dirty_page(true, false, [&](MemoryRange page) { bytes += page.length + sizeof(Saved); });
  if (bytes > guest.reserve.length) return Status::no_memory;

  save_backends();
  count = 0;
  Gpa end = guest.reserve.start + guest.reserve.length;
  for_each_dirty_page(true, true, [&](MemoryRange page) {
    end = Gpa{raw(end) - page.length};
    copy_pages(end, page.start, page.length);
    saved().data()[count++] = {page, end};
  });
  guest.kept = hv::keep(lives(), registers(), state(), watchdog());
  guest.lives.checkpointed = true;
  settle(Splits::keep);
  return Status::ok;
}

void Machine::go_back(bool to_checkpoint) {
  to_checkpoint ? restore_backends() : reset_backends();
  for_each_dirty_page(to_checkpoint, true, [&](MemoryRange page) {
    if (!to_checkpoint || !copy_saved(page)) make_pristine(page);
  });
  settle(to_checkpoint ? Splits::join : Splits::join_all);
}

}  // namespace wick::hv
