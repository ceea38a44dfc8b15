// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/slot_writer.h"

#include "payload/crc32c.h"
#include "payload/signature.h"
#include "payload/slot_header.h"

namespace wick::boot {
namespace {

constexpr const char* kCantWrite = kCantWriteSlot;
constexpr const char* kNoRecord = "the record of the slots is damaged.";

/// A guest doesn't ask the processor what it has.
uint32_t sum_of(const void* bytes, size_t count) { return crc32c_by_table(static_cast<const uint8_t*>(bytes), count); }

uint64_t whole_sectors(uint64_t bytes) { return (bytes + kSectorBytes - 1) / kSectorBytes * kSectorBytes; }

}  // namespace

const char* SlotWriter::begin(SlotMedium& medium, unsigned running, const uint8_t* key) {
  SlotRecord copies[kCopies];
  const SlotRecord* record = read_record(medium, copies);
  if (!record) return kNoRecord;
  if (idle(*record) == running) return "the slot that runs has not been found good, and the other one has.";
  medium_ = &medium;
  key_ = key;
  slot_ = idle(*record);
  newest_good_ = record->newest_good;
  taken_ = 0;
  sum_ = ~0u;
  crypto_hash_sha512_init(&digest_);
  return nullptr;
}

const char* SlotWriter::change_record(void (*change)(SlotRecord&, unsigned, uint64_t)) {
  SlotRecord copies[kCopies];
  const SlotRecord* record = read_record(*medium_, copies);
  if (!record || idle(*record) != slot_) return kNoRecord;
  SlotRecord changed = *record;
  change(changed, slot_, header_.release);
  return write_record(*medium_, copies, changed) ? nullptr : kCantWrite;
}

const char* SlotWriter::judge_header() {
  said_ = header_.checksum;
  if (const char* wrong = wholeness_fault(header_, sum_of)) return *wrong ? wrong : "it is no slot of `wick update`.";
  if (key_) {
    uint8_t key[kKeyBytes];
    __builtin_memcpy(key, key_, sizeof key);
    if (const char* wrong = signature_fault(header_, key)) return wrong;
    if (const char* wrong = release_fault(header_, newest_good_)) return wrong;
  }
  const uint64_t sectors = medium_->slot_sectors(slot_);
  if (header_.payload_bytes <= kFirstGib && sizeof header_ + header_.payload_bytes > sectors * kSectorBytes)
    return "it is larger than the slot.";
  return sense_fault(header_, sectors);
}

const char* SlotWriter::add(const void* from, size_t count) {
  const auto* bytes = static_cast<const uint8_t*>(from);
  if (taken_ < sizeof header_) {
    const size_t left = sizeof header_ - taken_, now = count < left ? count : left;
    __builtin_memcpy(reinterpret_cast<uint8_t*>(&header_) + taken_, bytes, now);
    taken_ += now;
    bytes += now;
    count -= now;
    if (taken_ < sizeof header_) return nullptr;
    if (const char* wrong = judge_header()) return wrong;
    if (const char *wrong = change_record([](SlotRecord& record, unsigned slot, uint64_t) { clear(record, slot); }))
      return wrong;
  }
  return count ? add_payload(bytes, count) : nullptr;
}

const char* SlotWriter::add_payload(const uint8_t* bytes, size_t count) {
  const uint64_t at = taken_ - sizeof header_, end = header_.payload_bytes;
  if (count > whole_sectors(end) - at) return "it is longer than its header says.";
  if (!medium_->write_slot(slot_, taken_, bytes, count)) return kCantWrite;
  taken_ += count;
  if (at >= end) return nullptr;
  if (count > end - at) count = end - at;
  sum_ = add_to_crc32c(sum_, bytes, count);
  if (key_) crypto_hash_sha512_update(&digest_, bytes, count);
  return nullptr;
}

const char* SlotWriter::judge_payload() {
  if (taken_ < sizeof header_ || taken_ - sizeof header_ < header_.payload_bytes) return "not all of it has come.";
  if (~sum_ != header_.payload_checksum) return "its payload does not have its checksum.";
  if (!key_) return nullptr;
  uint8_t digest[kDigestBytes];
  crypto_hash_sha512_final(&digest_, digest);
  return __builtin_memcmp(digest, header_.payload_digest, sizeof digest) == 0
             ? nullptr
             : "its payload is not the one that was signed.";
}

const char* SlotWriter::commit() {
  if (const char* wrong = judge_payload()) return wrong;
  SlotHeader header = header_;
  header.checksum = said_;
  if (!medium_->flush() || !medium_->write_slot(slot_, 0, &header, sizeof header) || !medium_->flush())
    return kCantWrite;
  return change_record(offer);
}

}  // namespace wick::boot
