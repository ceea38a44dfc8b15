// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// BootInfo: what hv tells the guest at its first instruction. Every boot protocol (PVH, multiboot2, Xen, hosted) is
// normalized into it and libos sees nothing else. A header, then append-only type-length-value entries: an unknown
// entry is skipped, unless its `required` bit says that the guest can't do without understanding it.

#include "abi/device.h"
#include "abi/platform.h"
#include "abi/types.h"

namespace wick {

inline constexpr std::uint64_t kBootInfoMagic = 0x4f464e494b434957;  // "WICKINFO"
inline constexpr std::uint16_t kAbiMajor = 1;                        ///< other major: refused
inline constexpr std::uint16_t kAbiMinor = 4;  ///< newer minor: more entries, the old ones unchanged

struct BootInfo {
  std::uint64_t magic;
  std::uint16_t major, minor;
  std::uint32_t size;  ///< bytes of header and entries together
};
static_assert(sizeof(BootInfo) == 16);

enum class BootTag : std::uint16_t {
  end = 0,
  memory = 1,         ///< MemoryEntry, one a region
  device = 2,         ///< DeviceEntry, one a device
  platform = 3,       ///< PlatformEntry
  pages = 4,          ///< PagesEntry: clock, event and crash page
  command_line = 5,   ///< text without NUL: the boot loader's command line
  configuration = 6,  ///< BlobEntry: the configuration block given as boot module
  seed = 7,           ///< 32 random bytes or more
  image = 8,          ///< ImageEntry
  restart = 9,        ///< RestartEntry; behind walls that restart the guest
  generation = 10,    ///< GenerationEntry, the first entry of all: it stays where it is when hv writes the others anew
};

inline constexpr std::uint16_t kTagRequired = 1;

/// Precedes each entry's payload; the next one starts at the next multiple of 8.
struct BootEntry {
  BootTag tag;
  std::uint16_t flags;   ///< kTagRequired
  std::uint32_t length;  ///< bytes of payload
};
static_assert(sizeof(BootEntry) == 8);

enum class MemoryKind : std::uint32_t {
  heap = 1,  ///< free for the guest, readable and writable, not executable
  dma = 2,   ///< as heap, and devices may write here: rings and receive buffers must come from it
};

struct MemoryEntry {
  Gpa start;
  std::uint64_t length;
  MemoryKind kind;
  std::uint32_t reserved;
};
static_assert(sizeof(MemoryEntry) == 24);

enum class Wall : std::uint8_t { none, ring, vm_svm, vm_vmx, hosted, process };

struct PlatformEntry {
  Wall wall;
  Hypervisor hypervisor;
  std::uint16_t vcpus;
  std::uint32_t interfaces;  ///< bits of Interface
  std::uint64_t tsc_hz;      ///< 0 while unknown
};
static_assert(sizeof(PlatformEntry) == 16);

struct PagesEntry {
  Gpa clock, event, crash;
};
static_assert(sizeof(PagesEntry) == 24);

struct BlobEntry {
  Gpa start;
  std::uint64_t length;
};
static_assert(sizeof(BlobEntry) == 16);

struct ImageEntry {
  Gpa start;  ///< first byte of the loaded image
  std::uint64_t length;
  std::uint8_t build_id[20];
  std::uint32_t reserved;
};
static_assert(sizeof(ImageEntry) == 40);

/// As random as hv can make it, another one for each start and for each return to a checkpoint, those of copies of one
/// snapshot included. Whoever keeps what two lives must not share compares it with the one that it has seen.
struct GenerationEntry {
  std::uint64_t copy;    ///< another one, too, when a machine that was suspended goes on: several may, as copies
  std::uint64_t memory;  ///< stays then: its memory and its disks are what they were
};
static_assert(sizeof(GenerationEntry) == 16);

struct RestartEntry {
  std::uint64_t count;  ///< restarts since power-on
  Gpa last_crash;       ///< a CrashRecord, read-only; 0 while `count` is 0
};
static_assert(sizeof(RestartEntry) == 16);

}  // namespace wick
