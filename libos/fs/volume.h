// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A block device as one file: reads and writes at any byte, blocking, through a buffer that the device may reach. The
// device moves whole blocks only, of 512 bytes or more: of those written in part the rest is read first. A transfer is
// cut into requests, of which as many are under way as the buffer has room for; all have ended when it returns, so a
// flush always comes after the writes before it.

#include <span>

#include "class/access.h"
#include "class/block.h"
#include "fs/file_system.h"
#include "sched/mutex.h"

namespace wick::fs {

/// One disk, or a part of it. Many files may be open on it.
class Volume {
 public:
  /// A piece of a transfer to or from many places at the same time: whole blocks of the device.
  struct Extent {
    std::uint64_t offset;  ///< on the volume, bytes
    void* data;            ///< only read by write()
    std::size_t bytes;
  };

  /// Once more on another disk as well, as long as nobody has used it.
  /// @return what keeps it from being used; nullptr: nothing
  [[nodiscard]] const char* start(drivers::Block& device, drivers::DmaPool& pool);

  /// Stands for a part of its disk from now on, which others may use the rest of. In sectors of 512 bytes, whole
  /// blocks.
  void narrow(std::uint64_t first, std::uint64_t sectors);

  /// @return bytes moved; 0 or -ENOSPC at the volume's end
  Outcome read(void* to, std::size_t bytes, std::uint64_t offset);
  Outcome write(const void* from, std::size_t bytes, std::uint64_t offset);

  /// All or an error: the requests of all extents are queued before anybody waits, in their order.
  /// @return 0, -EINVAL for parts of blocks or beyond the volume's end, -EIO: some of it may have been moved
  Outcome read(std::span<const Extent> extents);
  Outcome write(std::span<const Extent> extents);

  /// Whatever was written before survives the loss of power when this has returned 0.
  Outcome flush();

  /// Whole blocks whose content nobody needs any more: reads of them bring anything until they are written again.
  /// @return 0, -EINVAL as above, -EOPNOTSUPP when the disk can't forget
  Outcome discard(std::uint64_t offset, std::uint64_t bytes);

  /// Asks the disk how large it is by now. @return size()
  std::uint64_t look_again();

  /// Nobody waits for it, and its device has had an event.
  void attend();
  Volume* following() const { return following_; }

  std::uint64_t size() const { return __atomic_load_n(&bytes_, __ATOMIC_RELAXED); }
  std::uint32_t block_size() const { return info_.block_size; }
  std::uint64_t unreachable() const { return unreachable_; }  ///< bytes at the disk's end that are no whole block
  bool read_only() const { return info_.read_only; }

 private:
  /// Many small requests may be under way, or two of the largest size.
  static constexpr unsigned kRequests = 16;

  /// One request, and the caller's bytes within its blocks.
  struct Request : drivers::BlockRequest {
    std::uint8_t* user;   ///< where what was read goes; nullptr: nowhere
    std::uint32_t skip;   ///< bytes of the first block before the caller's
    std::uint32_t count;  ///< the caller's bytes
  };

  void learn_size(const drivers::BlockInfo& info);
  bool in_whole_blocks(std::uint64_t offset, std::uint64_t bytes) const;

  /// Moves bytes anywhere; requests may still be under way afterwards.
  void move(drivers::BlockOperation operation, std::uint8_t* user, std::size_t bytes, std::uint64_t offset);
  Outcome move_one(drivers::BlockOperation operation, void* user, std::size_t bytes, std::uint64_t offset);
  Outcome move_all(drivers::BlockOperation operation, std::span<const Extent> extents);
  /// Runs one request without data to its end. @return whether all went well
  bool run(drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length);

  /// A request that has room for so many bytes; waits for the oldest ones where it must.
  Request& next(std::uint32_t length);
  /// Hands the request that next() gave to the device.
  void submit(Request& request, drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length);
  /// Waits for the oldest request.
  void settle();
  /// Drivers are called within guards: two disks, or a disk and a network, may be driven by one family's common part.
  void await(const Request& request);
  void settle_all();
  /// Ends the transfer. @return the caller's bytes that were moved before the first request that failed
  std::size_t finish(bool& good);

  Volume* following_ = nullptr;  ///< of all that were started
  drivers::Block* device_ = nullptr;
  drivers::BlockInfo info_{};
  std::uint64_t bytes_ = 0, unreachable_ = 0;
  std::uint64_t first_sector_ = 0;
  bool is_part_ = false;
  std::uint8_t* buffer_ = nullptr;
  std::uint32_t buffer_bytes_ = drivers::kVolumeBuffer;  ///< whole blocks
  sched::RecursiveMutex mutex_;                          // one transfer at a time owns what follows
  Request requests_[kRequests] = {};                     ///< under way: `count_` from `first_` on, oldest first
  unsigned first_ = 0, count_ = 0;
  std::uint32_t head_ = 0;  ///< where the buffer's free part begins; it ends where the oldest request's begins
  std::size_t moved_ = 0;   ///< the caller's bytes of this transfer, up to the first failure
  bool failed_ = false;
};

}  // namespace wick::fs
