// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two slots and their record on the disk of boot_disk.h, as the library OS and `wick update` see them.

#include "boot_disk.h"
#include "payload/slot_writer.h"

namespace wick::boot_disk {

inline constexpr std::uint64_t kStateAt = 88, kSecondAt = 64;

/// A disk whose slots hold images with these boot lines; null: nothing.
inline void make_slots(const char* first, const char* second, const SlotRecord& record) {
  disk.assign(kSectors * kSectorBytes, 0);
  said.clear();
  read_only = false;
  const char* lines[kSlots] = {first, second};
  for (unsigned i = 0; i < kSlots; ++i) {
    Slot slot(i ? kSecondAt : kSlotAt);
    if (lines[i]) {
      std::strcpy(slot.header.arguments, lines[i]);
      slot.write(1, i);
    } else {
      Slot::write_entry(slot.entry, 1, i);
    }
  }
  GptEntry state{};
  std::memcpy(state.type, kStateType, sizeof kStateType);
  state.first = kStateAt;
  state.last = kStateAt + kStateSectors - 1;
  Slot::write_entry(state, 1, kSlots);
  std::memcpy(&disk[kStateAt * kSectorBytes], &record, sizeof record);
}

/// What a start from the disk comes to: the boot line of the slot, or "" when there is none.
inline std::string start() {
  Payload payload;
  said.clear();
  return find_payload(payload) ? std::string(payload.header->arguments) : "";
}

struct Medium : SlotMedium {
  bool read_copy(unsigned copy, void* to) override { return read_sectors(kStateAt + copy * kCopySectors, 1, to); }
  bool write_copy(unsigned copy, const void* from) override {
    return write((kStateAt + copy * kCopySectors) * kSectorBytes, from, kSectorBytes);
  }
  bool write_slot(unsigned slot, std::uint64_t at, const void* from, std::size_t bytes) override {
    return write((slot ? kSecondAt : kSlotAt) * kSectorBytes + at, from, bytes);
  }
  std::uint64_t slot_sectors(unsigned) const override { return kSlotSectors; }
  bool flush() override { return true; }

  virtual bool write(std::uint64_t at, const void* from, std::size_t bytes) {
    std::memcpy(&disk[at], from, bytes);
    return true;
  }
};

inline SlotRecord record_of(SlotMedium& medium) {
  SlotRecord copies[kCopies];
  const SlotRecord* found = read_record(medium, copies);
  return found ? *found : SlotRecord{};
}

/// All of an update. @return what is wrong; "": nothing
inline std::string update(SlotMedium& medium, const std::vector<std::uint8_t>& slot, unsigned running = kSlots,
                          const std::uint8_t* key = nullptr, std::size_t piece = 1000) {
  SlotWriter writer;
  const char* wrong = writer.begin(medium, running, key);
  for (std::size_t at = 0; !wrong && at < slot.size(); at += piece)
    wrong = writer.add(&slot[at], std::min(piece, slot.size() - at));
  if (!wrong) wrong = writer.commit();
  return wrong ? wrong : "";
}

/// Header and payload of an image with this boot line, without what lies behind it in its slot.
inline std::vector<std::uint8_t> image(const char* line, std::uint64_t release = 0) {
  Slot slot;
  std::strcpy(slot.header.arguments, line);
  slot.header.release = release;
  auto bytes = slot.bytes();
  bytes.resize(sizeof(SlotHeader) + kImageBytes);
  return bytes;
}

}  // namespace wick::boot_disk
