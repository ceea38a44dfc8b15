// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk's two slots and their record, for those that change them while no stage runs: the library OS and `wick
// update`.

#include "payload/slot_state.h"

namespace wick::boot {

/// Two slots and their record, wherever they lie.
class SlotMedium {
 public:
  /// Of one sector.
  virtual bool read_copy(unsigned copy, void* to) = 0;
  virtual bool write_copy(unsigned copy, const void* from) = 0;
  virtual bool write_slot(unsigned slot, uint64_t at, const void* from, size_t bytes) = 0;
  virtual uint64_t slot_sectors(unsigned slot) const = 0;
  /// All that was written before survives the loss of power. @return false: nobody knows
  virtual bool flush() = 0;

 protected:
  ~SlotMedium() = default;
};

/// @return the record that counts; null: there is none
const SlotRecord* read_record(SlotMedium& medium, SlotRecord (&copies)[kCopies]);
/// Writes the changed record over the copy that doesn't count. @return whether it is on the disk
bool write_record(SlotMedium& medium, const SlotRecord (&copies)[kCopies], SlotRecord& record);

}  // namespace wick::boot
