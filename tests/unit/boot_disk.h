// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in memory for what the boot stages have in common, and slots on it whose every field a test may change. The
// stages' own view of it is in boot_disk.cpp.

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "abi/host/checksum.h"
#include "payload/elf.h"
#include "payload/load.h"

namespace wick::boot_disk {

using namespace wick::boot;

inline constexpr std::uint64_t kSlotAt = 40, kSlotSectors = 24, kImageBytes = 4096;
inline constexpr std::uint64_t kSectors = 120;  ///< of the disk
inline constexpr std::uint64_t kEntry = 0x100040;

inline std::vector<std::uint8_t> disk;
inline std::string said;
inline bool read_only = false;

template <typename T>
std::uint32_t checksum(const T& object, std::size_t bytes = sizeof(T)) {
  return wick::crc32({reinterpret_cast<const char*>(&object), bytes});
}

/// A whole image in a slot.
struct Slot {
  SlotHeader header{};
  ElfHeader elf{};
  ElfSegment segment{};
  GptEntry entry{};
  std::uint64_t at;  ///< where it is written, whatever the entry says

  explicit Slot(std::uint64_t first = kSlotAt) : at(first) {
    header.magic = kSlotMagic;
    header.version = kSlotVersion;
    header.payload_bytes = header.module_at = kImageBytes;
    header.memory_end = 0x110000;
    std::memcpy(header.arguments, "a=b", 4);
    std::memcpy(elf.identity, kElf64, sizeof kElf64);
    elf.machine = kElfX86_64;
    elf.entry = kEntry;
    elf.segments_at = sizeof elf;
    elf.segment_bytes = sizeof segment;
    elf.segments = 1;
    segment = {kElfLoaded, 0, 0, 0x100000, 0x100000, kImageBytes, 0x8000, 4096};
    std::memcpy(entry.type, kSlotType, sizeof kSlotType);
    entry.first = at;
    entry.last = at + kSlotSectors - 1;
  }

  /// Header and payload, of one slot's size.
  std::vector<std::uint8_t> bytes() {
    std::vector<std::uint8_t> out(kSlotSectors * kSectorBytes);
    std::uint8_t* payload = &out[sizeof header];
    std::memcpy(payload, &elf, sizeof elf);
    std::memcpy(payload + sizeof elf, &segment, sizeof segment);
    std::memcpy(payload + sizeof elf + sizeof segment, header.arguments, 16);  // no two of a test are alike
    const std::size_t summed = std::min<std::size_t>(header.payload_bytes, out.size() - sizeof header);
    header.payload_checksum = wick::crc32c(std::span(payload, summed));
    header.checksum = 0;
    header.checksum = wick::crc32c({reinterpret_cast<const char*>(&header), sizeof header});
    std::memcpy(out.data(), &header, sizeof header);
    return out;
  }

  void write(std::uint64_t table_at = 1, unsigned number = 0) {
    disk.resize(kSectors * kSectorBytes);
    const auto content = bytes();
    std::memcpy(&disk[at * kSectorBytes], content.data(), content.size());
    write_entry(entry, table_at, number);
  }

  static void write_entry(const GptEntry& entry, std::uint64_t table_at, unsigned number) {
    const std::uint64_t entries_at = table_at == 1 ? 2 : kSectors - 33;
    std::memcpy(&disk[entries_at * kSectorBytes + number * sizeof entry], &entry, sizeof entry);
    GptHeader table{};
    table.signature = kGptSignature;
    table.header_bytes = sizeof table;
    table.own = table_at;
    table.entries_at = entries_at;
    table.entries = kGptEntries;
    table.entry_bytes = sizeof entry;
    std::memcpy(table.disk, "sixteen bytes...", sizeof table.disk);
    table.checksum = checksum(table);
    std::memcpy(&disk[table_at * kSectorBytes], &table, sizeof table);
  }
};

}  // namespace wick::boot_disk
