// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's memory as it was before its first instruction. DMA memory isn't brought back: a pristine start leaves it
// its bytes, which nobody trusts anyway: a driver clears what it needs cleared.

#include "machine/memory.h"

#include "arch/wipe.h"
#include "machine/checkpoint.h"

extern "C" const char wick_data_start[], wick_guest_text_start[], wick_text_end[];

namespace wick::hv {

void make_pristine(MemoryRange page) {
  const std::uint64_t offset = raw(page.start) - address_of(wick_data_start);
  if (offset < guest.pristine.length)
    copy_pages(page.start, guest.pristine.start + offset, page.length);
  else
    wipe_pages(page.start, page.length);
}

void settle(Splits what) {
  settle_splits(what);
  wall->settle(what);
}

void keep_pristine_data() { copy_pages(guest.pristine.start, Gpa{address_of(wick_data_start)}, guest.pristine.length); }

bool Machine::is_code(std::uint64_t at) {
  return at >= address_of(wick_guest_text_start) && at < address_of(wick_text_end);
}

Status Machine::set_writable(Gpa start, std::uint64_t length, bool writable) {
  const auto status = hv::set_writable(start, length, writable);
  return ok(status) ? wall->set_writable(start, length, writable) : status;
}

Status Machine::keep() {
  return checkpoint() ? checkpoint()->keep(*this) : Status::unsupported;  // nobody would return there
}

void Machine::go_back(bool to_checkpoint) {
  if (to_checkpoint) return checkpoint()->go_back();
  reset_backends();
  for_each_dirty_page(false, true, make_pristine);
  settle(Splits::join_all);
}

}  // namespace wick::hv
