// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory of the hv that stands in the same image as the guest.

#include <errno.h>
#include <wick/checkpoint.h>

#include <cstdlib>
#include <cstring>

#include "access.h"
#include "attack.h"

extern "C" {
extern char hv_entry_start[], hv_cpus_start[], hv_drivers_start[], hv_stack_top[];
extern char wick_image_start[], wick_image_end[], wick_read_only_start[], wick_read_only_end[];
}

namespace escape {
namespace {

void straddle() { (void)*reinterpret_cast<volatile std::uint64_t*>(at(wick_read_only_end) - 4); }

/// More than the manifest's reserve. It must neither count nor be returned to.
void checkpoint_without_room() {
  constexpr std::size_t kTooMuch = 10 << 20;
  auto* much = static_cast<char*>(std::malloc(kTooMuch));
  std::memset(much, 1, kTooMuch);
  keep_written(much);
  if (wick_checkpoint() == -1 && errno == ENOMEM) std::abort();
}

const Attack kAttacks[] = {
    {"a checkpoint that there is no room for", checkpoint_without_room, kPanic},
    {"read hv's text", [] { read(at(wick_image_start)); }, kPageFault},
    {"write hv's text", [] { write(at(wick_image_start)); }, kPageFault},
    {"read hv's entry code", [] { read(at(hv_entry_start)); }, kPageFault},
    {"write hv's entry code", [] { write(at(hv_entry_start)); }, kPageFault},
    {"jump to hv's entry code", [] { jump(at(hv_entry_start)); }, kPageFault},
    {"jump to hv's text", [] { jump(at(wick_image_start) + 0x40); }, kPageFault},
    {"read hv's constants", [] { read(at(hv_drivers_start)); }, kPageFault},
    {"read the descriptor tables", [] { read(at(hv_cpus_start)); }, kPageFault},
    {"write the descriptor tables", [] { write(at(hv_cpus_start)); }, kPageFault},
    {"write hv's stack", [] { write(at(hv_stack_top) - 64); }, kPageFault},
    {"read hv's data", [] { read(at(wick_read_only_end)); }, kPageFault},
    {"write hv's data", [] { write(at(wick_read_only_end)); }, kPageFault},
    {"read across the end of given memory", straddle, kPageFault},
    {"read hv's page tables", [] { read(at(wick_image_end)); }, kPageFault},
    {"write hv's page tables", [] { write(at(wick_image_end)); }, kPageFault},
    {"write the own page tables", [] { write(at(wick_image_end) + 0x10000); }, kPageFault},
    {"write what hv gives", [] { write(at(wick_read_only_start)); }, kPageFault},
    {"push onto hv's stack", [] { push_to(at(hv_stack_top)); }, kPageFault},
};

}  // namespace

std::span<const Attack> hv_memory() { return kAttacks; }

}  // namespace escape
