// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands on the disk, little endian, in blocks of 4 KiB; docs/volumes.md tells how it is used. Nothing of the
// project but the core reads or writes it.

#include <cstdint>

#include "wickfs/disk.h"

namespace wick::wickfs {

inline constexpr std::uint64_t kSuperblockMagic = 0x31736666'6b636977;  // "wickffs1"
inline constexpr std::uint64_t kRecordMagic = 0x64726f63'65726677;      // "wfrecord"
inline constexpr std::uint32_t kNodeMagic = 0x646f6e77;                 // "wnod"
inline constexpr std::uint32_t kVersion = 1;

// Block 0 is the superblock, then comes the ring of commit records, then the superblock's copy.
inline constexpr std::uint64_t kRingStart = 1;
inline constexpr std::uint64_t kRingBlocks = 64;
inline constexpr std::uint64_t kSuperblockCopy = kRingStart + kRingBlocks;
inline constexpr std::uint64_t kHeadBlocks = kSuperblockCopy + 1;

// Groups: each begins with two slots for its bitmap, every 512th with two for the table of the next 512 groups as well.
// Group 0 has them behind the head.
inline constexpr std::uint64_t kGroupBlocks = kBlockBytes * 8;
inline constexpr std::uint64_t kGroupsPerTable = 512;
inline constexpr std::uint64_t kTables = 128;
inline constexpr std::uint64_t kMaxBlocks = kTables * kGroupsPerTable * kGroupBlocks;  // 8 TiB
inline constexpr std::uint64_t kLeastBlocks = 256;

/// Written when the volume is made and never again.
struct Superblock {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t crc;                   ///< of the structure, with this field zero
  std::uint32_t compatible;            ///< features that who doesn't know them may ignore
  std::uint32_t read_only_compatible;  ///< features without which a volume may only be read
  std::uint32_t required;              ///< features without which it can't be read
  std::uint32_t block_bytes;
  std::uint64_t identity[2];
  std::uint64_t created;  ///< nanoseconds since 1970
  char label[32];         ///< padded with zeros
};
static_assert(sizeof(Superblock) == 88);

/// Blocks that were written between the last flush and the record that lists them.
struct Run {
  std::uint64_t block;
  std::uint32_t count;
  std::uint32_t crc;  ///< of all of them
};
static_assert(sizeof(Run) == 16);

/// Which of its two slots a bitmap or a table is in. `none`: as when the volume was made.
enum class Slot : std::uint8_t { none, first, second };

struct TablePointer {
  std::uint32_t crc;
  Slot slot;
  std::uint8_t zero[3];
};
static_assert(sizeof(TablePointer) == 8);

struct RecordHead {
  std::uint64_t magic;
  std::uint32_t crc;  ///< of the block, with this field zero
  std::uint32_t runs;
  std::uint64_t generation;  ///< stands in block kRingStart + generation % kRingBlocks
  std::uint64_t blocks;
  std::uint64_t free;
  std::uint64_t next_inode;
  std::uint64_t time;
  std::uint64_t root;
  std::uint32_t root_crc;
  std::uint32_t height;  ///< levels of the tree
  std::uint64_t identity[2];
};
static_assert(sizeof(RecordHead) == 88);

inline constexpr std::size_t kMaxRuns =
    (kBlockBytes - sizeof(RecordHead) - kTables * sizeof(TablePointer)) / sizeof(Run);

/// A commit. It counts when it is whole and all its runs are what they say; else the one before it does.
struct Record {
  RecordHead head;
  TablePointer tables[kTables];
  Run runs[kMaxRuns];
  std::uint8_t zero[kBlockBytes - sizeof(RecordHead) - kTables * sizeof(TablePointer) - kMaxRuns * sizeof(Run)];
};
static_assert(sizeof(Record) == kBlockBytes && kMaxRuns == 186);

/// More blocks than a mount should have to read are flushed before the record and not listed.
inline constexpr std::uint64_t kMaxListed = 1024;

/// A group in its table.
struct GroupEntry {
  std::uint32_t crc;  ///< of its bitmap
  std::uint16_t free;
  Slot slot;  ///< none: only what belongs to no file is taken
  std::uint8_t zero;
};
static_assert(sizeof(GroupEntry) == 8 && sizeof(GroupEntry) * kGroupsPerTable == kBlockBytes);

// --- The tree.

/// What an item is; in the upper 8 bits of a key's `place`.
enum class ItemKind : std::uint8_t { inode = 1, entry = 2, extent = 3, orphan = 4 };

/// Keys are sorted by object, then by place.
struct [[gnu::packed]] Key {
  std::uint64_t object;  ///< an inode's number; 0: the volume itself
  std::uint64_t place;   ///< ItemKind, then 56 bits: a name's hash, a block of the file, an orphan's number
  friend constexpr bool operator==(const Key& a, const Key& b) { return a.object == b.object && a.place == b.place; }
  friend constexpr bool operator<(const Key& a, const Key& b) {
    return a.object != b.object ? a.object < b.object : a.place < b.place;
  }
};
static_assert(sizeof(Key) == 16);

constexpr Key key_of(std::uint64_t object, ItemKind kind, std::uint64_t place = 0) {
  return {object, std::uint64_t{static_cast<std::uint8_t>(kind)} << 56 | place};
}
constexpr bool is_of(const Key& key, std::uint64_t object, ItemKind kind) {
  return key.object == object && key.place >> 56 == static_cast<std::uint8_t>(kind);
}
constexpr std::uint64_t place_of(const Key& key) { return key.place & ((std::uint64_t{1} << 56) - 1); }

/// Followed by `count` slots; the values lie at the block's end, the first slot's last.
struct NodeHead {
  std::uint32_t magic;
  std::uint16_t level;  ///< 0: a leaf
  std::uint16_t count;
  std::uint64_t block;       ///< its own
  std::uint64_t generation;  ///< of the commit that has it first
  std::uint32_t values;      ///< where they begin
  std::uint32_t zero;
};
static_assert(sizeof(NodeHead) == 32);

struct [[gnu::packed]] NodeSlot {
  Key key;
  std::uint16_t offset;
  std::uint16_t length;
};
static_assert(sizeof(NodeSlot) == 20);

/// The value of an item above the leaves.
struct [[gnu::packed]] ChildItem {
  std::uint64_t block;
  std::uint32_t crc;
};
static_assert(sizeof(ChildItem) == 12);

struct InodeItem {
  std::uint32_t mode;
  std::uint32_t links;
  std::uint64_t size;
  std::uint64_t blocks;
  std::uint64_t modified, changed, created;
  std::uint64_t parent;  ///< of a directory
};
static_assert(sizeof(InodeItem) == 56);

/// Followed by the name. At the place of its hash, the lowest four bits of which keep apart names of the same hash.
struct [[gnu::packed]] EntryItem {
  std::uint64_t inode;
  std::uint32_t type;
};
static_assert(sizeof(EntryItem) == 12);

/// At the place of the file's block.
struct ExtentItem {
  std::uint64_t start;
  std::uint32_t count;
  std::uint32_t zero;
};
static_assert(sizeof(ExtentItem) == 16);

inline constexpr std::size_t kMaxValue = sizeof(EntryItem) + 255;

}  // namespace wick::wickfs
