// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The firmware's memory: what of it is free now, and what the payload finds when boot services have ended.

#include "uefi/stage.h"

namespace wick::uefi {
namespace {

constexpr uint64_t kFourGib = 1ull << 32;
using boot::kFirstMib;

/// The firmware's map: of each descriptor's size the firmware alone knows.
struct Map {
  alignas(8) uint8_t bytes[64 << 10];
  uint64_t used, key, descriptor_bytes;

  bool read() {
    uint32_t version;
    used = sizeof bytes;
    return ok(firmware->boot->get_memory_map(&used, bytes, &key, &descriptor_bytes, &version)) &&
           descriptor_bytes >= sizeof(MemoryDescriptor);
  }
  template <typename F>
  bool each(F take) const {
    for (uint64_t at = 0; at + descriptor_bytes <= used; at += descriptor_bytes)
      if (!take(*reinterpret_cast<const MemoryDescriptor*>(bytes + at))) return false;
    return true;
  }
};
Map map;

struct {
  uint64_t address, pages;
} room;
boot::Parameters looked_at;

bool is_free(const MemoryDescriptor& piece) {
  return piece.type == MemoryType::conventional && (piece.attributes & kWriteBack) &&
         !(piece.attributes & kSpecificPurpose);
}

/// ACPI 6.5, §15, table 15.6: what a type is to an operating system.
uint32_t firmware_type(const MemoryDescriptor& piece) {
  constexpr uint32_t kRam = 1, kReserved = 2, kReclaim = 3, kNvs = 4, kUnusable = 5, kPersistent = 7;
  switch (piece.type) {
    case MemoryType::loader_code:
    case MemoryType::loader_data:
    case MemoryType::boot_code:
    case MemoryType::boot_data:
    case MemoryType::conventional:
      return (piece.attributes & kWriteBack) && !(piece.attributes & kSpecificPurpose) ? kRam : kReserved;
    case MemoryType::unusable:
      return kUnusable;
    case MemoryType::acpi_reclaim:
      return kReclaim;
    case MemoryType::acpi_nvs:
      return kNvs;
    case MemoryType::persistent:
      return kPersistent;
  }
  return kReserved;
}

}  // namespace

bool add_memory(boot::Parameters& parameters, uint64_t& key) {
  if (!map.read()) return false;
  key = map.key;
  return map.each([&](const MemoryDescriptor& piece) {
    return parameters.add_region(piece.start, piece.pages * kPage, firmware_type(piece));
  });
}

void* take_pages(uint64_t pages, uint64_t above, uint64_t below) {
  if (above < kFirstMib) above = kFirstMib;
  above = (above + kPage - 1) & ~(kPage - 1);
  uint64_t found = 0;
  if (!map.read()) return nullptr;
  map.each([&](const MemoryDescriptor& piece) {
    const uint64_t start = piece.start > above ? piece.start : above, piece_end = piece.start + piece.pages * kPage;
    const uint64_t end = piece_end < below ? piece_end : below;
    if (!is_free(piece) || end <= start || (end - start) / kPage < pages) return true;
    found = start;  // firmware may still keep it for a purpose of its own: then the next one
    if (ok(firmware->boot->allocate_pages(Allocate::at, MemoryType::loader_data, pages, &found))) return false;
    found = 0;
    return true;
  });
  return reinterpret_cast<void*>(found);
}

void free_room() {
  if (room.pages) firmware->boot->free_pages(room.address, room.pages);
  room = {};
}

}  // namespace wick::uefi

/// hand_over.S copies without paging, so it reaches 4 GiB.
uint8_t* wick::boot::room_for(uint64_t bytes, uint64_t above) {
  using namespace wick::uefi;
  free_room();
  uint64_t key;
  looked_at.begin(0);
  if (!add_memory(looked_at, key) || !looked_at.has_ram(kFirstMib, above)) return nullptr;
  const uint64_t pages = (bytes + kPage - 1) / kPage;
  auto* found = static_cast<uint8_t*>(take_pages(pages, above, kFourGib));
  if (found) room = {reinterpret_cast<uint64_t>(found), pages};
  return found;
}
