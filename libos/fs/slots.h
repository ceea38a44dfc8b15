// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The slot that this appliance was started from, on a disk that has two: the boot stage has told which one and which
// disk (boot/payload/slot_state.h). Found once, at boot.

#include <cstdint>

#include "boot/payload/slot_medium.h"

namespace wick::fs {

struct StartedSlot {
  unsigned slot;
  bool asks_for_key;  ///< what isn't signed by it doesn't start
  std::uint8_t key[boot::kKeyBytes];
};

/// @return null: it wasn't started from such a disk
const StartedSlot* started_slot();

/// Both slots and their record; who uses it holds it, as the record is read and written again.
class HeldSlots {
 public:
  HeldSlots();
  ~HeldSlots();
  HeldSlots(const HeldSlots&) = delete;
  HeldSlots& operator=(const HeldSlots&) = delete;
  boot::SlotMedium& medium();
};

}  // namespace wick::fs
