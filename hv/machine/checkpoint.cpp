// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The checkpoint: copies of all pages that differ from the pristine image, taken at once, in the reserve: from its
// front an index sorted by address, from its end the pages. DMA memory belongs to it, too: the rings lie there.

#include "abi/event.h"
#include "arch/wipe.h"
#include "machine/backends.h"
#include "machine/guest.h"
#include "machine/reset.h"

namespace wick::hv {
namespace {

struct Saved {
  MemoryRange page;
  Gpa copy;
};

Kept kept;
std::uint64_t count;

Saved* index() { return reinterpret_cast<Saved*>(raw(guest.reserve.start)); }

template <typename Visit>
void for_each_dirty_page(bool clear, Visit&& visit) {
  for (const auto& region : guest_map)
    if (is_private(region.kind) || region.kind == RegionKind::dma) for_each_dirty_page(region, clear, visit);
}

/// The saved page that holds `page`, which is a piece of it when seal() has split it since. @return nullptr: none
const Saved* find(Gpa page) {
  std::uint64_t low = 0, high = count;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    if (raw(index()[middle].page.start) <= raw(page))
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return nullptr;
  const Saved& candidate = index()[low - 1];
  return raw(page) - raw(candidate.page.start) < candidate.page.length ? &candidate : nullptr;
}

}  // namespace

Status take_checkpoint(const Vcpu& vcpu) {
  if (guest.notes.restart.policy != RestartPolicy::restore) return Status::unsupported;  // nobody would return there
  // What an earlier checkpoint holds differs from the image, even if nobody has written it since.
  for (std::uint64_t i = 0; i < count; ++i) mark_dirty(index()[i].page.start, index()[i].page.length);
  quiet_backends();  // and marks what hv itself writes in the guest's rings
  std::uint64_t bytes = 0;
  for_each_dirty_page(false, [&](MemoryRange page) { bytes += page.length + sizeof(Saved); });
  // So far an earlier checkpoint is what it was.
  if (bytes > guest.reserve.length) return Status::no_memory;
  if (const auto status = may_checkpoint(guest.notes.restart, guest.lives); !ok(status)) return status;

  save_backends();
  count = 0;
  std::uint64_t end = raw(guest.reserve.start) + guest.reserve.length;
  for_each_dirty_page(true, [&](MemoryRange page) {
    end -= page.length;
    copy_pages(Gpa{end}, page.start, page.length);
    index()[count++] = {page, Gpa{end}};
  });
  kept = keep(guest.lives, vcpu.registers, processor_state());
  guest.lives.checkpointed = true;
  settle_splits(Splits::keep);
  wall->settle(Splits::keep);  // and TLBs forget what was dirty
  return Status::ok;
}

Status return_to_checkpoint(Vcpu& vcpu) {
  if (!guest.lives.checkpointed) return Status::not_found;
  restore_backends();
  for_each_dirty_page(true, [](MemoryRange page) {
    if (const auto* saved = find(page.start))
      copy_pages(page.start, saved->copy + (raw(page.start) - raw(saved->page.start)), page.length);
    else
      make_pristine(page);
  });
  (void)guest.lives.seals.become(guest_map, kept.seals, set_guest_writable);  // which held before
  settle_splits(Splits::join);
  wall->settle(Splits::join);
  renew_shared_pages();
  guest_event_page.pending = kToldAgain;
  arm_watchdog(kept.watchdog);
  renew_processor(kept.processor);
  vcpu.registers = returned_registers(kept.registers, guest.lives.history.count());
  return Status::ok;
}

}  // namespace wick::hv
