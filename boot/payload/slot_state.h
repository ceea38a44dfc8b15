// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of two slots a disk starts: a partition of its own holds two copies of this record, each one sector, in blocks
// of their own. Whoever changes it writes over the older copy, so that a write that is lost or torn leaves the other
// one. The boot stages, the library OS and `wick update` all go by these functions. Includes nothing that a program
// without a C library hasn't.

#include "payload/slot.h"

namespace wick::boot {

inline constexpr uint64_t kStateMagic = 0x544154534b434957;  // "WICKSTAT"
inline constexpr uint32_t kStateVersion = 1;
inline constexpr unsigned kSlots = 2, kCopies = 2;
inline constexpr unsigned kTrials = 3;       ///< starts that a new slot has to be found good within
inline constexpr unsigned kCopySectors = 8;  ///< from one copy to the next: no disk tears two 4 KiB at once
inline constexpr unsigned kStateSectors = kCopies * kCopySectors;  ///< of the partition

struct SlotState {
  uint8_t priority;  ///< the highest one that may start does; 0: there is nothing in the slot
  uint8_t trials;    ///< starts that are left to one that isn't good
  uint8_t good;      ///< 1: somebody has found it good
  uint8_t reserved[5];
  uint64_t release;  ///< as its header says
};
static_assert(sizeof(SlotState) == 16 && offsetof(SlotState, release) == 8);

struct SlotRecord {
  uint64_t magic;
  uint32_t version, reserved;
  uint64_t sequence;     ///< of two copies the one with the higher number counts
  uint64_t newest_good;  ///< the highest release that was ever found good
  SlotState slots[kSlots];
  uint8_t more[444];
  uint32_t checksum;  ///< CRC-32C of all before it
};
static_assert(sizeof(SlotRecord) == kSectorBytes && offsetof(SlotRecord, slots) == 32 &&
              offsetof(SlotRecord, checksum) == 508);

/// Type of the partition: 7769636b-736c-6f74-8001-000000000002, as its bytes lie on the disk.
inline constexpr uint8_t kStateType[16] = {0x6b, 0x63, 0x69, 0x77, 0x6c, 0x73, 0x74, 0x6f,
                                           0x80, 0x01, 0,    0,    0,    0,    0,    2};

/// What a stage that has chosen tells the library OS, as the boot line's last word: the slot's letter, the disk's GUID
/// as its bytes lie there and, where the stage asks for signatures, its key, with colons in between.
inline constexpr char kStartedWord[] = " slot.started=";
inline constexpr unsigned kStartedBytes = sizeof kStartedWord + 1 + 1 + 32 + 1 + 2 * kKeyBytes;

/// The record of a disk on which nothing is known but that a slot is good.
SlotRecord first_record(unsigned slot, uint64_t release);

/// @return the copy that counts; null: both are damaged
const SlotRecord* newest(const SlotRecord (&copies)[kCopies]);
/// Where the next record goes: over the copy that doesn't count.
unsigned next_copy(const SlotRecord (&copies)[kCopies]);
/// Gives a record that was changed its next number and its checksum.
/// @return false: there is no next number, which nobody gets to who hasn't written one as high
[[nodiscard]] bool seal(SlotRecord& record);

bool may_start(const SlotState& slot);
/// The slot that is tried first; the other one comes after it.
unsigned preferred(const SlotRecord& record);
/// The slot that may be written: not the one that would start if no slot were on trial.
unsigned idle(const SlotRecord& record);

// Changes, each to be sealed and written before what it is about.

/// Before a start of a slot on trial.
void count_start(SlotRecord& record, unsigned slot, uint64_t release);
/// Before anything is written into the slot.
void clear(SlotRecord& record, unsigned slot);
/// When all of a new payload is on the disk.
void offer(SlotRecord& record, unsigned slot, uint64_t release);
/// Of the slot that runs, which comes before another good one from now on.
/// @return false: it was known
bool mark_good(SlotRecord& record, unsigned slot);

}  // namespace wick::boot
