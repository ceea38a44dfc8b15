// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "update/slot_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "abi/host/checksum.h"
#include "boot/payload/slot_header.h"
#include "pack/slot_record.h"

namespace wick::tool {
namespace {

using boot::kSectorBytes;
using wickfs::kBlockBytes;

constexpr std::uint64_t kBlockSectors = kBlockBytes / kSectorBytes;
constexpr std::size_t kMostOfStage = 1 << 20;  ///< of a partition that may hold a key

bool in_blocks(const Partition& partition) {
  return partition.first % kBlockSectors == 0 && partition.sectors % kBlockSectors == 0;
}

std::vector<Partition> of_type(const std::vector<Partition>& partitions, const Guid& type) {
  std::vector<Partition> found;
  std::ranges::copy_if(partitions, std::back_inserter(found), [&](const Partition& one) { return one.type == type; });
  return found;
}

std::uint32_t sum_of(const void* bytes, std::size_t count) { return crc32c({static_cast<const char*>(bytes), count}); }

/// Not a raw one, which is all that can be written in place.
Result<void> is_raw(const fs::path& path) {
  constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"QFI\xfb", "qcow2"}, {"KDMV", "VMDK"}, {"conectix", "VHD"}, {"vhdxfile", "VHDX"}};
  std::array<char, 8> begin{};
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};  // a pipe would wait for somebody
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    (void)!std::fread(begin.data(), 1, begin.size(), file);
    std::fclose(file);
  }
  for (const auto& [magic, name] : kOthers)
    if (std::string_view(begin.data(), begin.size()).starts_with(magic))
      return fail(fmt::format("{} is a disk in the format {}, and only raw ones can be updated.", path.string(), name),
                  "`qemu-img convert -O raw` makes one of it.");
  return {};
}

/// What is in the slot, whole sectors. Fails when that isn't whole, or can't be read.
Result<std::string> slot_content(const RawDisk& disk, const Partition& slot) {
  const auto damaged = [&] { return fail(fmt::format("{} has no slot that is whole.", disk.path().string())); };
  if (slot.sectors < boot::kSlotHeaderSectors) return damaged();
  std::string content(sizeof(boot::SlotHeader), '\0');
  const std::uint64_t at = slot.first * kSectorBytes;
  if (auto read = disk.read_all(at, std::as_writable_bytes(std::span(content))); !read)
    return std::unexpected(read.error());
  boot::SlotHeader header;
  std::memcpy(&header, content.data(), sizeof header);
  if (boot::wholeness_fault(header, sum_of) || boot::sense_fault(header, slot.sectors)) return damaged();
  content.resize(sizeof header + (header.payload_bytes + kSectorBytes - 1) / kSectorBytes * kSectorBytes);
  if (auto read = disk.read_all(at, std::as_writable_bytes(std::span(content))); !read)
    return std::unexpected(read.error());
  if (sum_of(content.data() + sizeof header, header.payload_bytes) != header.payload_checksum) return damaged();
  return content;
}

}  // namespace

std::unexpected<Error> SlotDisk::cant_read() const { return fail(fmt::format("{} can't be read.", path_.string())); }

Result<std::unique_ptr<SlotDisk>> SlotDisk::open(const fs::path& path, Access access) {
  if (auto raw = is_raw(path); !raw) return std::unexpected(raw.error());
  auto disk = ImageDisk::open(path, access);
  if (!disk) return std::unexpected(disk.error());
  auto table = RawDisk::open(path);
  if (!table) return std::unexpected(table.error());
  auto partitions = read_partitions(*table);
  if (!partitions) return std::unexpected(partitions.error());
  std::unique_ptr<SlotDisk> slots(new SlotDisk(path, std::move(*disk)));
  if (auto done = slots->take(*partitions); !done) return std::unexpected(done.error());
  if (auto done = slots->find_key(*partitions); !done) return std::unexpected(done.error());
  return slots;
}

Result<void> SlotDisk::take(const std::vector<Partition>& partitions) {
  slots_ = of_type(partitions, kSlotType);
  const auto states = of_type(partitions, kStateType);
  if (slots_.size() != boot::kSlots || states.size() != 1)
    return fail(fmt::format("{} has no second slot, which an update needs.", path_.string()),
                "`wick pack --slots 2` makes a disk with two.");
  state_ = states.front();
  std::vector<Partition> ours = slots_;
  ours.push_back(state_);
  if (!std::ranges::all_of(ours, in_blocks) || state_.sectors < boot::kStateSectors)
    return fail(fmt::format("The slots of {} don't lie as `wick pack` lays them.", path_.string()));
  for (const Partition& one : ours) {
    const auto meets = [&](const Partition& other) {
      return one.first < other.first + other.sectors && other.first < one.first + one.sectors;
    };
    if (std::ranges::count_if(partitions, meets) > 1)
      return fail(fmt::format("{} of {} shares sectors with another partition.", one.name, path_.string()));
  }
  return {};
}

/// Both stages hold the same one, each behind a mark of its own.
Result<void> SlotDisk::find_key(const std::vector<Partition>& partitions) {
  std::vector<std::optional<PublicKey>> keys;
  for (const Partition& partition : partitions) {
    const bool stage = partition.name == "wick-bios" || partition.name == "wick-uefi";
    if (!stage || partition.sectors * kSectorBytes > kMostOfStage) continue;
    const std::uint64_t blocks = (partition.sectors + kBlockSectors - 1) / kBlockSectors;
    std::string bytes(blocks * kBlockBytes, '\0');
    if (!disk_->read(partition.first / kBlockSectors, bytes.data(), blocks)) return cant_read();
    const std::size_t at = bytes.find(boot::kKeyMark);
    std::optional<PublicKey> key;
    if (at != bytes.npos && bytes.size() - at >= 2 * boot::kKeyBytes)
      std::memcpy(key.emplace().data(), &bytes[at + boot::kKeyBytes], boot::kKeyBytes);
    keys.push_back(key);
  }
  if (keys.size() != 2 || keys[0] != keys[1])
    return fail(fmt::format("The boot stages of {} don't ask for the same signature.", path_.string()),
                "make the disk anew with `wick pack`.");
  key_ = keys[0];
  return {};
}

bool SlotDisk::read_copy(unsigned copy, void* to) {
  std::array<std::byte, kBlockBytes> block;
  if (!disk_->read((state_.first + copy * boot::kCopySectors) / kBlockSectors, block.data(), 1)) return false;
  std::memcpy(to, block.data(), kSectorBytes);
  return true;
}

bool SlotDisk::write_copy(unsigned copy, const void* from) {
  std::array<std::byte, kBlockBytes> block{};
  std::memcpy(block.data(), from, kSectorBytes);
  return disk_->write((state_.first + copy * boot::kCopySectors) / kBlockSectors, block.data(), 1);
}

bool SlotDisk::write_slot(unsigned slot, std::uint64_t at, const void* from, std::size_t bytes) {
  const std::uint64_t first = slots_[slot].first / kBlockSectors + at / kBlockBytes;
  const std::size_t whole = bytes / kBlockBytes, rest = bytes % kBlockBytes;
  if (at % kBlockBytes != 0 || (whole && !disk_->write(first, from, whole))) return false;
  if (rest == 0) return true;
  std::array<std::byte, kBlockBytes> last{};
  std::memcpy(last.data(), static_cast<const std::byte*>(from) + whole * kBlockBytes, rest);
  return disk_->write(first + whole, last.data(), 1);
}

bool SlotDisk::is_whole(unsigned slot) const {
  const auto disk = RawDisk::open(path_);
  return disk && slot_content(*disk, slots_[slot]);
}

Result<std::string> packed_slot(const fs::path& path) {
  if (auto raw = is_raw(path); !raw) return std::unexpected(raw.error());
  auto disk = RawDisk::open(path);
  if (!disk) return std::unexpected(disk.error());
  auto partitions = read_partitions(*disk);
  if (!partitions) return std::unexpected(partitions.error());
  auto record = slot_record(*disk, *partitions);
  if (!record) return std::unexpected(record.error());
  const auto slots = of_type(*partitions, kSlotType);
  const std::size_t wanted = *record ? boot::preferred(**record) : 0;
  if (wanted >= slots.size()) return fail(fmt::format("{} has no slot that is whole.", path.string()));
  return slot_content(*disk, slots[wanted]);
}

}  // namespace wick::tool
