// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the parts of UEFI's stage know of each other.

#include "payload/load.h"
#include "uefi/efi.h"

namespace wick::uefi {

/// The firmware, as it introduced itself.
extern SystemTable* firmware;
/// Null: there is none, or none any more.
extern TextOutput* console;

/// Finds the whole disk that the stage's partition lies on, for read_sectors().
/// @return an error, which has been said, when there is none whose sectors can be read
[[nodiscard]] Status open_disk(Handle image);

/// Takes whole pages that begin at `above` or behind it and end at `below` or before it. @return null: none are free
void* take_pages(uint64_t pages, uint64_t above, uint64_t below);
/// What room_for() took last goes back to the firmware.
void free_room();
/// Adds the firmware's map of this moment, which `key` stands for, as it will be without boot services.
/// @return false when firmware gives none, or one of too many pieces
[[nodiscard]] bool add_memory(boot::Parameters& parameters, uint64_t& key);

/// Tells the machine's TPM 2.0 what is going to run. @return false: there is one, and it doesn't take that
[[nodiscard]] bool measure(const boot::Payload& payload);

/// What the last steps need, below 1 GiB and outside of the payload's segments. hand_over.S knows where what lies.
struct HandOver {
  alignas(kPage) uint8_t code[kPage];
  uint64_t pml4[512], first_pdpt[512], first_pd[512];
  uint64_t pdpt[512], pd[512];  ///< of this stage's own code, where that is not in the first GiB
  uint64_t pml5[512];
  boot::Parameters parameters;
  char arguments[kPage];
  uint8_t module[2 * kPage];  ///< the configuration block
};
static_assert(offsetof(HandOver, pml4) == 0x1000 && offsetof(HandOver, parameters) == 0x7000);

/// Copies the code and builds the tables. After that boot services may end.
void prepare(HandOver& to);
/// Leaves the firmware's address space, copies the segments and starts the payload; boot services have ended.
[[noreturn]] void start(HandOver& prepared, const uint8_t* file);

}  // namespace wick::uefi
