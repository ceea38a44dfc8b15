// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is asked of a slot's header besides its signature, by stages and by whoever writes a slot: first whether it is
// whole, and, when its signature has been looked at, whether its numbers fit the slot.

#include "payload/slot.h"

namespace wick::boot {

using Sum = uint32_t (*)(const void* bytes, size_t count);

/// Its checksum is 0 afterwards, as it was when somebody signed it.
/// @param crc32c by whatever the caller's processor has
/// @return what is wrong, "" when there is no header; null: nothing
const char* wholeness_fault(SlotHeader& header, Sum crc32c);
/// @param sectors of the slot  @return what is wrong; null: nothing
const char* sense_fault(const SlotHeader& header, uint64_t sectors);

}  // namespace wick::boot
