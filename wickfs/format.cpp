// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Makes an empty volume, so that a power cut in between leaves a disk that still counts as empty.

#include <cstring>

#include "wickfs/crc32c.h"
#include "wickfs/volume.h"

namespace wick::wickfs {

namespace {

/// The root directory alone in a tree of one leaf, behind group 0's own blocks.
void fill_root(std::byte* block, std::uint64_t number, std::uint64_t now) {
  const Node node(block);
  node.start(number, 1, 0);
  const InodeItem root{.mode = kModeDirectory | 0755,
                       .links = 1,
                       .size = 0,
                       .blocks = 0,
                       .modified = now,
                       .changed = now,
                       .created = now,
                       .parent = kRoot};
  node.insert(0, key_of(kRoot, ItemKind::inode), std::as_bytes(std::span(&root, 1)));
}

}  // namespace

Error format(Disk& disk, const FormatOptions& options) {
  if (disk.read_only()) return Error::read_only;
  const std::uint64_t blocks = disk.blocks() < kMaxBlocks ? disk.blocks() : kMaxBlocks;
  if (blocks < kLeastBlocks) return Error::too_small;
  if (options.label.size() > kLabelBytes) return Error::name_too_long;
  alignas(8) std::byte block[kBlockBytes]{};
  auto put = [&](std::uint64_t at) { return disk.write(at, block, 1); };

  // First what makes it a volume or another's disk: from here on it is an empty one.
  bool good = true;
  for (std::uint64_t at = 0; at < kHeadBlocks; at++) good = good && put(at);
  good = good && disk.flush();

  // Group 0's bitmap and table, each in its first slot.
  const std::uint64_t root = Space::reserved(0);
  std::memset(block, 0xff, (root + 1) / 8);
  block[(root + 1) / 8] = static_cast<std::byte>((1 << (root + 1) % 8) - 1);
  const std::uint32_t bitmap_crc = crc32c(block, kBlockBytes);
  good = good && put(kHeadBlocks);
  std::memset(block, 0, kBlockBytes);
  const GroupEntry group{bitmap_crc, static_cast<std::uint16_t>(Space::group_size(0, blocks) - root - 1), Slot::first,
                         0};
  std::memcpy(block, &group, sizeof group);
  const std::uint32_t table_crc = crc32c(block, kBlockBytes);
  good = good && put(kHeadBlocks + 1);
  fill_root(block, root, options.now);
  const std::uint32_t root_crc = crc32c(block, kBlockBytes);
  good = good && put(root) && disk.flush();

  auto& record = *reinterpret_cast<Record*>(block);
  record = {};
  record.head = {.magic = kRecordMagic,
                 .crc = 0,
                 .runs = 0,
                 .generation = 1,
                 .blocks = blocks,
                 .free = Space::usable_of(blocks) - 1,
                 .next_inode = kRoot + 1,
                 .time = options.now,
                 .root = root,
                 .root_crc = root_crc,
                 .height = 1,
                 .identity = {options.identity[0], options.identity[1]}};
  record.tables[0] = {table_crc, Slot::first, {}};
  record.head.crc = crc32c(block, kBlockBytes);
  good = good && put(kRingStart + 1) && disk.flush();

  std::memset(block, 0, kBlockBytes);
  auto& super = *reinterpret_cast<Superblock*>(block);
  super = {.magic = kSuperblockMagic,
           .version = kVersion,
           .crc = 0,
           .compatible = 0,
           .read_only_compatible = 0,
           .required = 0,
           .block_bytes = kBlockBytes,
           .identity = {options.identity[0], options.identity[1]},
           .created = options.now,
           .label = {}};
  std::memcpy(super.label, options.label.data(), options.label.size());
  super.crc = crc32c(&super, sizeof super);
  good = good && put(kSuperblockCopy) && disk.flush() && put(0) && disk.flush();
  return good ? Error::none : Error::input_output;
}

}  // namespace wick::wickfs
