// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What both stages do alike: find the slots of the disk, check what lies there, put the ELF file where it wants to be
// and describe the machine by Linux' 64-bit boot protocol (Documentation/arch/x86/boot.rst, §1.14).

#include "payload/slot_state.h"

namespace wick::boot {

// The firmware, by the stage that knows it.

/// Reads whole sectors of the disk that this stage came from. @return false when the disk can't
bool read_sectors(uint64_t first, uint64_t count, void* to);
/// Writes one sector of it. @return false when the disk doesn't take it
bool write_sector(uint64_t at, const void* from);
/// @return number of the disk's last sector; 0: the firmware doesn't say
uint64_t last_sector();
/// @return room for so many bytes that overlaps nothing below `above` and from 1 MiB on; null: there is none
uint8_t* room_for(uint64_t bytes, uint64_t above);
/// Onto the screen and the first serial port.
void say(const char* text);

// What a stage asks for besides checksums, by one of two files: nothing (any_slot.cpp), or the signature of the key
// that it holds (signed_slot.cpp). @return what is wrong; null: nothing

/// Before a number of the header is used. @param header with 0 as its checksum
const char* judge_header(const SlotHeader& header);
/// Before a byte of the payload is used, of which there are as many as the header says.
const char* judge_payload(const SlotHeader& header, const uint8_t* payload);
/// On a disk with two slots. @param newest_good of its record
const char* judge_release(const SlotHeader& header, uint64_t newest_good);
/// Whose signature it is that this stage asks for. @return null: nobody's
const uint8_t* wanted_key();

/// A payload that has been checked.
struct Payload {
  const SlotHeader* header;
  const uint8_t* chosen_on;  ///< the GUID of a disk with two slots; null: it has no choice
  unsigned slot;
  const uint8_t* file;
  const uint8_t* module() const { return file + header->module_at; }
  uint64_t module_bytes() const { return header->payload_bytes - header->module_at; }
};

/// The first slot whose header and payload are whole; of a disk with two the one that its record prefers, whose start
/// has been counted when it is on trial. What is wrong with the ones before it is said.
/// @return false when there is none, which has been said, too
[[nodiscard]] bool find_payload(Payload& payload);

/// The payload's boot line with what the library OS has to know of the choice, kMaxArgumentBytes.
const char* boot_line(const Payload& payload);

/// Copies the segments to their physical addresses, which must not reach this stage. @return where to start
uint64_t place(const Payload& payload);

/// The information of the protocol: struct boot_params by offset.
struct Parameters {
  uint8_t bytes[4096];

  void begin(uint64_t root_pointer);
  void set_arguments(const char* arguments);
  void set_module(const uint8_t* start, uint64_t bytes);  ///< the configuration block
  /// A region by firmware's type (ACPI 6.5, §15), in any order: they are kept ascending, and neighbours become one.
  /// @return false when there is no room for it
  bool add_region(uint64_t start, uint64_t length, uint32_t type);
  bool has_regions() const;
  /// Whether one region of RAM holds all of it.
  bool has_ram(uint64_t start, uint64_t end) const;
};

}  // namespace wick::boot
