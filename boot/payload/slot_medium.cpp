// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/slot_medium.h"

namespace wick::boot {

const SlotRecord* read_record(SlotMedium& medium, SlotRecord (&copies)[kCopies]) {
  for (unsigned i = 0; i < kCopies; ++i)
    if (!medium.read_copy(i, &copies[i])) copies[i].magic = 0;
  return newest(copies);
}

bool write_record(SlotMedium& medium, const SlotRecord (&copies)[kCopies], SlotRecord& record) {
  return seal(record) && medium.write_copy(next_copy(copies), &record) && medium.flush();
}

}  // namespace wick::boot
