// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A checkpoint in memory, for restart.policy = "restore", and the same in a file, for --snapshot and --restore. The
// file begins with a header of a page; what lies behind it is told in guest/snapshot_index.h.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <type_traits>
#include <utility>

#include "abi/host/checksum.h"
#include "monitor/base/sentence.h"
#include "monitor/guest_machine.h"
#include "processor.h"

namespace wick::monitor {
namespace {

constexpr std::uint64_t kSnapshotMagic = 0x50414e534b434957;  // "WICKSNAP"

/// What of a snapshot isn't memory. Read back by the same appliance only: the build-id says so.
struct SnapshotHeader {
  std::uint64_t magic;
  std::uint8_t build_id[20];
  Wall machine;
  std::uint8_t reserved[3];
  std::uint64_t memory;  ///< bytes of the guest's, counted from address 0
  std::uint32_t devices;
  std::uint32_t checksum;   ///< CRC-32C of the header with a 0 here
  std::uint32_t page_sums;  ///< of the table of them
  std::uint8_t mac[6];      ///< of the network
  std::uint8_t reserved2[6];
  Checkpoint checkpoint;
};
static_assert(std::is_trivially_copyable_v<SnapshotHeader>);
static_assert(sizeof(SnapshotHeader) <= kFirstPagesAt);

/// So often it is looked at what the guest writes behind its snapshot: a server's first answer takes half of that.
constexpr unsigned kLooks = 8;

std::uint32_t checksum_of(SnapshotHeader header) {
  header.checksum = 0;
  return crc32c({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
}

template <typename Item>
bool write_at(int file, std::uint64_t at, std::span<const Item> items) {
  const auto written = pwrite(file, items.data(), items.size_bytes(), static_cast<off_t>(at));
  if (written == static_cast<ssize_t>(items.size_bytes())) return true;
  if (written >= 0) errno = ENOSPC;  // as the kernel says only to who writes the rest
  return false;
}

bool write_first_pages(int file, FirstPages pages) {
  pages.seal();
  return write_at(file, kFirstPagesAt, std::span<const FirstPages>(&pages, 1));
}

/// All but memory, which is there already.
bool write_rest(const Appliance& a, const Checkpoint& checkpoint, const MemoryFile& to) {
  SnapshotHeader header{};
  header.magic = kSnapshotMagic;
  std::ranges::copy(a.guest.image.build_id, header.build_id);
  header.machine = a.guest.machine->kind;
  header.memory = raw(a.guest.memory.end());
  header.devices = a.devices.entries().count;
  std::ranges::copy(a.devices.network().info().mac, header.mac);
  header.checkpoint = checkpoint;
  header.page_sums = to.sums.checksum();
  header.checksum = checksum_of(header);
  return write_at(to.file, kPageSumsAt, to.sums.all()) && write_first_pages(to.file, {}) &&
         write_at(to.file, 0, std::span<const SnapshotHeader>(&header, 1));
}

bool write_snapshot(const Appliance& a, const Checkpoint& checkpoint, MemoryFile& to) {
  return a.guest.memory.write_copy(to, a.copies.page_map) && write_rest(a, checkpoint, to);
}

/// The guest that is in a call.
Checkpoint checkpoint_of(GuestMachine& machine) {
  auto& a = machine.a;
  Checkpoint today{
      hv::keep(a.guest.lives, machine.registers(), a.guest.machine->state(a.guest.vcpu), machine.watchdog()),
      raw(machine.now()),
      {}};
  a.devices.save(today.devices);
  return today;
}

/// From now on restarts lead to `copy`, which is whole. Fresh mappings know nothing of seals; the machine's tables do.
bool return_from_now_on(Appliance& a, const MemoryFile& copy, const Checkpoint& checkpoint) {
  a.control.memory_changes();
  if (!a.guest.memory.map_copy(copy)) return false;
  hv::Seals none;
  const auto map_rights = [&](Gpa start, std::uint64_t length, bool writable) {
    return a.guest.memory.set_writable(start, length, writable);
  };
  if (!ok(none.become(a.guest.memory.regions(), a.guest.lives.seals, map_rights))) return false;
  a.copies.checkpoint = checkpoint;
  a.guest.lives.checkpointed = true;
  a.guest.machine->settle(hv::Splits::keep);
  return true;
}

}  // namespace

Status GuestMachine::set_writable(Gpa start, std::uint64_t length, bool writable) {
  const auto status = a.guest.machine->set_writable(start, length, writable);
  return ok(status) ? a.guest.memory.set_writable(start, length, writable) : status;
}

Status GuestMachine::keep() {
  const bool writes = a.copies.snapshot_file.wanted(), keeps = a.copies.keeps_checkpoints();
  if (!writes && !keeps) return Status::unsupported;
  const auto today = checkpoint_of(*this);
  auto& copy = a.copies.checkpoints[a.copies.next_checkpoint];
  if (keeps && !a.guest.memory.write_copy(copy, a.copies.page_map)) return Status::no_memory;
  if (writes) {  // the header last, and the name after it
    const bool fine = write_snapshot(a, today, a.copies.snapshot) && a.copies.snapshot_file.publish();
    if (!fine) return Status::io_error;
    a.copies.looks_left = kLooks;
    a.copies.frames_seen = a.devices.network().frames();
  }
  if (!keeps) return Status::ok;
  if (!return_from_now_on(a, copy, today)) return Status::no_memory;
  if (a.copies.checkpoints[1].file >= 0) a.copies.next_checkpoint ^= 1;
  return Status::ok;
}

void GuestMachine::snapshot() {
  if (!a.control.take()) return;
  const auto since = now();
  const auto today = checkpoint_of(*this);
  const bool ends = a.control.ends_afterwards();
  const auto writer = ends ? 0 : copy_of_itself();
  int error = writer < 0 ? errno : 0;
  if (writer == 0 && !write_snapshot(a, today, a.copies.asked_for)) error = errno;
  if (writer == 0 && !ends) _exit(error);
  if (a.control.tell(writer, error, raw(now() - since)) && ends) code = 0;
}

/// Nobody is told when that can't be done: a start without the list takes longer, and is the same.
void look_at_writes(Appliance& a) {
  auto& copies = a.copies;
  const auto frames = a.devices.network().frames();
  if (a.devices.has_network() && frames == copies.frames_seen) return;
  copies.frames_seen = frames;
  FirstPages written;
  const bool fine = a.guest.memory.find_written(copies.snapshot, copies.page_map, written) &&
                    write_first_pages(copies.snapshot_file.file(), written);
  if (--copies.looks_left && fine) return;
  copies.looks_left = 0;
  copies.snapshot_file.close();
}

namespace {

/// What the file says of memory. @param file of the length that it must have
Outcome read_index(Appliance& a, int file, const SnapshotHeader& header, FirstPages& first) {
  const char* name = a.options.restore.c_str();
  const auto length = a.guest.memory.copy_length();
  // It may be being written, and a start without it is the same.
  if (pread(file, &first, sizeof first, kFirstPagesAt) != static_cast<ssize_t>(sizeof first) ||
      !first.is_good(length / kPage)) {
    if (a.options.verify) return sentence("the snapshot %s is damaged: its list of pages is none", name);
    first = {};
  }
  auto& base = a.copies.base;
  base = {file, memory_offset(length), {}, {}};
  if (!a.options.verify && !a.copies.wanted()) return {};
  base.sums.make(length / kPage);
  if (!base.sums.read(file) || base.sums.checksum() != header.page_sums)
    return sentence("the snapshot %s is damaged: its checksums are none", name);
  if (a.options.verify && !base.sums.is_whole(file, base.offset))
    return sentence("the snapshot %s is damaged: its memory isn't what was written", name);
  base.pages.make(length / kPage);
  for (std::uint64_t page = 0; page < length / kPage; ++page)
    if (base.sums[page]) base.pages.add(page);
  base.sums.drop();  // nobody asks for what was checked once
  return {};
}

}  // namespace

Outcome restore_snapshot(Appliance& a) {
  const char* name = a.options.restore.c_str();
  const int file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // which would wait for the other end of a pipe
  if (file < 0) return sentence("the snapshot %s can't be opened: %s", name, std::strerror(errno));
  SnapshotHeader header;
  struct stat status{};
  const auto got = pread(file, &header, sizeof header, 0);
  if (got != static_cast<ssize_t>(sizeof header) || header.magic != kSnapshotMagic)
    return sentence("%s is no snapshot of an appliance", name);
  if (!std::ranges::equal(header.build_id, a.guest.image.build_id))
    return sentence("the snapshot %s is of another build of the appliance", name);
  if (header.machine != a.guest.machine->kind || header.devices != a.devices.entries().count ||
      header.memory != raw(a.guest.memory.end()))
    return sentence("the snapshot %s was taken with another wall, other devices or another size of memory", name);
  if (header.checksum != checksum_of(header)) return sentence("the snapshot %s is damaged", name);
  if (fstat(file, &status) != 0 || static_cast<std::uint64_t>(status.st_size) !=
                                       memory_offset(a.guest.memory.copy_length()) + a.guest.memory.copy_length())
    return sentence("the snapshot %s is cut short", name);
  a.copies.checkpoint = header.checkpoint;
  auto& kept = a.copies.checkpoint.kept;
  mask_flags(kept.registers);
  if (!hv::is_good(kept.processor) || !hv::can_go_on(kept.registers) || !kept.seals.fit(a.guest.memory.regions()))
    return sentence("the snapshot %s is damaged: its registers or seals are no guest's", name);
  if (a.devices.has_network() && !is_a_machines(std::to_array(header.mac)))
    return sentence("the snapshot %s is damaged: its MAC address is no machine's", name);
  a.guest.clock.begin(a.guest.memory.read_only().clock, Nanoseconds{a.copies.checkpoint.time});  // goes on from there
  if (!a.options.mac) a.devices.use_address(std::to_array(header.mac), a.guest.memory.shared());
  FirstPages first;
  if (auto done = read_index(a, file, header, first); !done) return done;
  if (auto done = a.guest.memory.map_copy(a.copies.base); !done) return done;
  a.guest.memory.map_now(first);
  close(file);
  a.copies.base.file = -1;  // mapped it stays
  if (!ok(a.devices.restore(a.copies.checkpoint.devices)))
    return sentence("the snapshot %s is damaged: its devices' rings lie outside of their memory", name);
  a.copies.in_place = true;
  return {};
}

}  // namespace wick::monitor
