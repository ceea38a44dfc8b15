// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writing a new payload into the slot that is idle, in an order by which one slot can be started whenever the power
// goes: the record says that the slot is empty, the payload comes, then the header, then the record offers the slot;
// all before is on the disk each time. What comes is looked at as it comes. For the library OS and `wick update`; no
// stage has it.

#include <sodium/crypto_hash_sha512.h>

#include "payload/slot_medium.h"

namespace wick::boot {

/// What is wrong when the disk is; all else that is wrong is about what comes.
inline constexpr char kCantWriteSlot[] = "the disk can't be written.";

class SlotWriter {
 public:
  // Each gives back what is wrong, a sentence, and does nothing more then; null: nothing is.

  /// Takes the idle slot. @param running that must not be written; kSlots: none runs
  /// @param key whose signature is asked for; null: nobody's
  const char* begin(SlotMedium& medium, unsigned running, const uint8_t* key);
  /// The next bytes of the slot, header first: nothing is written before that has been judged.
  const char* add(const void* bytes, size_t count);
  /// All has come: the slot is offered to the loader.
  const char* commit();

  unsigned slot() const { return slot_; }
  const SlotHeader& header() const { return header_; }

 private:
  const char* judge_header();
  const char* add_payload(const uint8_t* bytes, size_t count);
  const char* judge_payload();
  const char* change_record(void (*change)(SlotRecord&, unsigned slot, uint64_t release));

  SlotMedium* medium_ = nullptr;
  const uint8_t* key_ = nullptr;
  unsigned slot_ = 0;
  uint64_t newest_good_ = 0, taken_ = 0;  ///< bytes that came
  uint32_t said_ = 0, sum_ = 0;
  crypto_hash_sha512_state digest_;
  alignas(8) SlotHeader header_;
};

}  // namespace wick::boot
