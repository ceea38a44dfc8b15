// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// wickfs: one volume, mounted. Copy on write down to the data: what the last commit has is never written over, so a cut
// of the power at any moment leaves a whole volume with everything that sync() has promised. docs/volumes.md tells the
// format. Not thread-safe: the caller holds a lock around each call. Takes no memory but what it is given.

#include <span>
#include <string_view>

#include "wickfs/disk.h"
#include "wickfs/error.h"
#include "wickfs/files.h"
#include "wickfs/tree.h"

namespace wick::wickfs {

struct FormatOptions {
  std::uint64_t identity[2];  ///< random: tells volumes apart and keys the hash of names
  std::string_view label;     ///< at most kLabelBytes
  std::uint64_t now = 0;      ///< nanoseconds since 1970
};

inline constexpr std::size_t kLabelBytes = 32;

/// Writes an empty volume over whatever the disk holds: whether it may is the caller's question (Volume::probe()).
Error format(Disk& disk, const FormatOptions& options);

struct Statistics {
  std::uint64_t blocks = 0;      ///< for files and their structures
  std::uint64_t free = 0;        ///< for anybody but removal, which has a reserve
  std::uint64_t generation = 0;  ///< of the last commit
  std::uint64_t commits = 0;     ///< since it was mounted, as all below
  std::uint64_t flushes = 0;
  std::uint64_t blocks_read = 0;
  std::uint64_t blocks_written = 0;
};

class Volume {
 public:
  /// Nanoseconds since 1970, for the times of files.
  using Clock = std::uint64_t (*)();

  /// @param memory for the cache of blocks: at least kLeastMemory, at a multiple of 8
  Volume(Disk& disk, std::span<std::byte> memory, Clock clock);
  static constexpr std::size_t kLeastMemory = 512 * 1024;

  /// What is on the disk: none for a volume of this format, else empty, foreign, newer or input_output.
  static Error probe(Disk& disk);

  /// Reads a bounded number of blocks, whatever the volume holds. Without read_only finishes what a power cut left
  /// undone. @return also read_only: the disk can't be written and the caller asked for writing
  Error mount(bool read_only);
  /// Commits, and leaves the disk so that the next mount has nothing to verify.
  Error unmount();
  bool read_only() const { return read_only_; }
  /// Commits what was done, as far as that can be, and from then on it can only be read: after a damage.
  Error stop_writing();

  // --- Names. A name has 1 to kNameBytes bytes, neither '/' nor zero.
  Error lookup(Inode directory, std::string_view name, Inode& found);
  /// Of a path with single slashes between names; "" and "/" are the root.
  Error find(std::string_view path, Inode& found);
  /// @param mode with its type: a file, a directory or a socket
  Error create(Inode directory, std::string_view name, std::uint32_t mode, Inode& made);
  /// Takes a name away, of a directory only when it is empty. @param open somebody uses the inode: it stays, without a
  /// name, until reclaim()
  Error remove(Inode directory, std::string_view name, bool open);
  /// Atomic, also when it replaces a name. @param open as remove()'s, of what is replaced
  Error rename(Inode from, std::string_view name, Inode to, std::string_view new_name, bool open);
  /// Gives back the space of an inode that has no name any more.
  Error reclaim(Inode inode);
  /// The entry at `position` or behind it; `position` moves on and stays valid whatever is removed meanwhile. It is
  /// below 2^48 and starts at 0. @return not_found at the end
  Error next_entry(Inode directory, std::uint64_t& position, Entry& entry);

  // --- Content and attributes.
  Error stat(Inode inode, Status& status);
  /// @param got less than `bytes` at the end only
  Error read(Inode inode, std::uint64_t offset, void* to, std::size_t bytes, std::size_t& got);
  /// @param put less than `bytes` where the space ended in between
  Error write(Inode inode, std::uint64_t offset, const void* from, std::size_t bytes, std::size_t& put);
  Error truncate(Inode inode, std::uint64_t bytes);
  Error set_mode(Inode inode, std::uint32_t permissions);
  Error set_time(Inode inode, std::uint64_t modified);

  // --- The whole.
  /// Everything done so far is durable when this answers none. One flush; none when nothing was done.
  Error sync();
  bool dirty() const { return changed_; }  ///< whether sync() has something to do
  /// Takes in what the disk has grown by; durable at once.
  Error grow();
  Statistics statistics() const;
  std::string_view label() const;
  /// The first damage that somebody met; without `what` nobody has.
  Damage damage() const;

 private:
  friend class Checker;
  enum class Purpose : std::uint8_t { adding, removing };  ///< what removes may use the reserve
  static constexpr std::uint64_t kExtentsAtOnce = 8;       ///< that one step of an operation gives back

  // The frame of every change: begin(), then changes that must all succeed, then finish().
  Error begin(std::uint64_t blocks, Purpose purpose);
  Error finish(Error outcome);
  std::uint64_t step_need() const { return 6 * tree_.need(); }
  std::uint64_t available() const { return space_.free_blocks() - space_.waiting(); }
  Error settle();
  Error commit();
  Error write_record();
  Error damaged(std::uint64_t block, Inode inode, const char* what);

  // Mounting.
  Error read_superblock();
  Error newest_record(std::uint64_t& generation);
  Error read_record(std::uint64_t generation, bool& good);
  Error verify_runs(bool& good);
  Error finish_orphans();

  // Items.
  Error inode(Inode number, InodeItem& item);
  Error put_inode(Inode number, const InodeItem& item) { return tree_.put(key_of(number, ItemKind::inode), item); }
  Error directory(Inode number, InodeItem& item);
  /// @param free a place for the name, when it isn't there: below 2^48, or ~0 when all are taken
  Error find_name(Inode directory, std::string_view name, Key& key, EntryItem& entry, std::uint64_t* free = nullptr);
  Error put_entry(Inode directory, std::uint64_t place, std::string_view name, const EntryItem& entry);
  std::uint64_t place_of_name(std::string_view name) const;
  Error is_below(Inode below, Inode above, bool& answer);
  Error drop_name_of(Inode number, InodeItem item, bool open);

  // Content.
  struct Extent {
    std::uint64_t first;  ///< block of the file
    std::uint64_t start;  ///< block of the disk; 0: a hole
    std::uint64_t count;
  };
  /// The extent or hole that `block` is in; a hole ends at `limit`.
  Error extent_at(Inode number, std::uint64_t block, std::uint64_t limit, Extent& extent);
  Error check_extent(Inode number, const Item& item, Extent& extent);
  Error read_block(std::uint64_t block, std::uint64_t behind, Frame*& frame);
  /// Gives back [first, end). @param most extents  @param done whether that was all
  Error punch(Inode number, InodeItem& item, std::uint64_t first, std::uint64_t end, std::uint64_t most, bool& done);
  Error map(Inode number, InodeItem& item, std::uint64_t block, const Blocks& blocks);
  Error take_data(Inode number, std::uint64_t block, std::uint64_t want, Blocks& taken);
  Error write_part(Inode number, InodeItem& item, std::uint64_t offset, const std::byte* from, std::size_t bytes);
  Error write_whole(Inode number, InodeItem& item, std::uint64_t block, const std::byte* from, std::uint64_t& count);
  Error zero_tail(Inode number, InodeItem& item, std::uint64_t size);
  Error remove_all(Inode number, InodeItem& item, std::uint64_t from);

  Disk& disk_;
  Clock clock_;
  Store store_;
  Cache cache_;
  Space space_;
  Tree tree_;
  Superblock super_{};
  Record record_{};  ///< the last commit's
  Damage damage_{};
  std::uint64_t next_inode_ = 0, data_cursor_ = 0, commits_ = 0;
  bool mounted_ = false, read_only_ = true, changed_ = false, changing_ = false;
  Error failure_ = Error::none;  ///< what makes every further change impossible
};

}  // namespace wick::wickfs
