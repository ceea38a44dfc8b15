// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk of `wick pack --slots 2` in a file or on a device of this machine: its slots, their record, and the key that
// its stages ask for. Nobody runs from it meanwhile.

#include <optional>

#include "boot/payload/slot_writer.h"
#include "pack/partitions.h"
#include "pack/signing_key.h"
#include "volume/image.h"

namespace wick::tool {

class SlotDisk final : public boot::SlotMedium {
 public:
  /// Fails when it is no raw disk with two slots, and when somebody runs from it.
  static Result<std::unique_ptr<SlotDisk>> open(const fs::path& path, Access access);

  bool read_copy(unsigned copy, void* to) override;
  bool write_copy(unsigned copy, const void* from) override;
  /// In pieces of whole 4 KiB; the last one is filled up with zeros.
  bool write_slot(unsigned slot, std::uint64_t at, const void* from, std::size_t bytes) override;
  std::uint64_t slot_sectors(unsigned slot) const override { return slots_[slot].sectors; }
  bool flush() override { return disk_->flush(); }

  const std::string& slot_name(unsigned slot) const { return slots_[slot].name; }
  /// Whether what is in the slot has its checksums.
  bool is_whole(unsigned slot) const;
  const std::optional<PublicKey>& key() const { return key_; }

 private:
  SlotDisk(const fs::path& path, std::unique_ptr<ImageDisk> disk) : path_(path), disk_(std::move(disk)) {}
  Result<void> take(const std::vector<Partition>& partitions);
  Result<void> find_key(const std::vector<Partition>& partitions);
  std::unexpected<Error> cant_read() const;

  fs::path path_;
  std::unique_ptr<ImageDisk> disk_;
  std::vector<Partition> slots_;
  Partition state_{};
  std::optional<PublicKey> key_;
};

/// The content of the slot that a packed disk would start, whole sectors.
/// Fails when it is no raw disk of `wick pack`, and when that slot isn't whole.
Result<std::string> packed_slot(const fs::path& path);

}  // namespace wick::tool
