// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The second stage under a BIOS: its disk by INT 13h extensions, its memory by E820, its words on screen and COM1.

#include "payload/load.h"

namespace {

using namespace wick::boot;

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0, esi = 0, edi = 0, flags = 0, reserved = 0;
};
static_assert(sizeof(Registers) == 32);

/// A read or write of the disk (EDD-3, §8.1).
struct Packet {
  uint8_t bytes, reserved;
  uint16_t count, offset, segment;
  uint64_t first;
};
static_assert(sizeof(Packet) == 16);

/// What a drive is like (EDD-3, §8.7).
struct [[gnu::packed]] Drive {
  uint16_t bytes, flags;
  uint32_t cylinders, heads, sectors_per_track;
  uint64_t sectors;
  uint16_t sector_bytes;
};
static_assert(sizeof(Drive) == 26);

struct E820 {
  uint64_t start, length;
  uint32_t type, attributes;
};
static_assert(sizeof(E820) == 24);

constexpr uint32_t kCarry = 1, kSmap = 0x534d4150;
constexpr uint64_t kWindow = 0x20000;   // what a call reads goes here first: below 1 MiB, within one segment
constexpr unsigned kMostSectors = 124;  // some BIOSes read no more than 127 at once; whole blocks of a CD
constexpr unsigned kCdBlockBytes = 2048;
constexpr uint16_t kCom1 = 0x3f8, kCom1Status = 0x3fd;

alignas(4096) Parameters parameters;
// The BIOS's own code reads and writes these.
[[gnu::section(".bss.real_mode")]] Packet packet;
[[gnu::section(".bss.real_mode")]] Drive drive;
[[gnu::section(".bss.real_mode")]] E820 region;

/// Sectors of 512 bytes in what the drive reads at once, as look_at_drive() has found it.
unsigned block_sectors = 1;

uint8_t in(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

}  // namespace

extern "C" {
extern Registers bios_registers;
extern uint8_t boot_drive;
void bios_call(uint8_t interrupt);
void bios_main();
}

namespace {

constexpr uint32_t kRead = 0x4200, kWrite = 0x4300;  // EDD-3, §8.10 and §8.11

/// Between the window and the disk. @param first, count of its blocks
bool transfer(uint32_t function, uint64_t first, uint64_t count) {
  packet = {sizeof packet, 0, static_cast<uint16_t>(count), 0, kWindow >> 4, first};
  bios_registers = {
      .eax = function, .edx = boot_drive, .esi = static_cast<uint32_t>(reinterpret_cast<uint64_t>(&packet))};
  bios_call(0x13);
  return !(bios_registers.flags & kCarry);
}

}  // namespace

namespace wick::boot {

bool write_sector(uint64_t at, const void* from) {
  if (block_sectors != 1) return false;  // a CD's
  __builtin_memcpy(reinterpret_cast<void*>(kWindow), from, kSectorBytes);
  return transfer(kWrite, at, 1);
}

bool read_sectors(uint64_t first, uint64_t count, void* to) {
  auto* out = static_cast<uint8_t*>(to);
  while (count) {
    const uint64_t skipped = first % block_sectors;
    const uint64_t now = count < kMostSectors - skipped ? count : kMostSectors - skipped;
    if (!transfer(kRead, first / block_sectors, (skipped + now + block_sectors - 1) / block_sectors)) return false;
    __builtin_memcpy(out, reinterpret_cast<const void*>(kWindow + skipped * kSectorBytes), now * kSectorBytes);
    first += now;
    count -= now;
    out += now * kSectorBytes;
  }
  return true;
}

uint64_t last_sector() { return drive.sectors ? drive.sectors * block_sectors - 1 : 0; }

uint8_t* room_for(uint64_t bytes, uint64_t above) {
  const uint64_t start = (above + 4095) & ~uint64_t{4095};
  if (bytes > kFirstGib || start + bytes > kFirstGib || !parameters.has_ram(1 << 20, start + bytes)) return nullptr;
  return reinterpret_cast<uint8_t*>(start);
}

void say(const char* text) {
  for (; *text; ++text) {
    bios_registers = {.eax = 0x0e00u | static_cast<uint8_t>(*text)};
    bios_call(0x10);
    for (unsigned tries = 100000; tries && !(in(kCom1Status) & 0x20); --tries) {
    }
    asm volatile("outb %0, %1" ::"a"(*text), "Nd"(kCom1));
  }
}

}  // namespace wick::boot

namespace {

/// A BIOS that can't say what its drive is like has a disk.
void look_at_drive() {
  drive.bytes = sizeof drive;
  bios_registers = {.eax = 0x4800, .edx = boot_drive, .esi = static_cast<uint32_t>(reinterpret_cast<uint64_t>(&drive))};
  bios_call(0x13);
  if (bios_registers.flags & kCarry) drive = {};
  if (drive.sector_bytes == kCdBlockBytes) block_sectors = kCdBlockBytes / kSectorBytes;
}

bool read_map() {
  uint32_t next = 0;
  do {
    region.attributes = 1;
    bios_registers = {.eax = 0xe820,
                      .ebx = next,
                      .ecx = sizeof region,
                      .edx = kSmap,
                      .edi = static_cast<uint32_t>(reinterpret_cast<uint64_t>(&region))};
    bios_call(0x15);
    if ((bios_registers.flags & kCarry) || bios_registers.eax != kSmap) break;
    if (!parameters.add_region(region.start, region.length, region.type)) return false;
    next = bios_registers.ebx;
  } while (next);
  return parameters.has_regions();
}

/// ACPI 6.5, §5.2.5.1: in the first KiB of the extended BIOS data area, else in the BIOS's own memory, of which the
/// last segment comes first: there SeaBIOS has it, and the other one would be looked through for nothing.
uint64_t find_root_pointer() {
  const uint64_t extended = uint64_t{*reinterpret_cast<const volatile uint16_t*>(0x40e)} << 4;
  const struct {
    uint64_t start, end;
  } places[] = {{extended, extended + 1024}, {0xf0000, 0x100000}, {0xe0000, 0xf0000}};
  for (const auto& place : places)
    for (uint64_t at = place.start; at < place.end; at += 16) {
      if (*reinterpret_cast<const uint64_t*>(at) != 0x2052545020445352) continue;  // "RSD PTR "
      uint8_t sum = 0;
      for (unsigned i = 0; i < 20; ++i) sum += reinterpret_cast<const uint8_t*>(at)[i];
      if (sum == 0) return at;
    }
  return 0;
}

}  // namespace

void bios_main() {
  parameters.begin(find_root_pointer());
  if (!read_map()) return say("wick: the BIOS does not say which memory there is.\r\n");
  look_at_drive();
  Payload payload;
  if (!find_payload(payload)) return;
  parameters.set_arguments(boot_line(payload));
  parameters.set_module(payload.module(), payload.module_bytes());
  const uint64_t entry = place(payload);
  asm volatile("jmp *%0" ::"r"(entry), "S"(&parameters) : "memory");
}
