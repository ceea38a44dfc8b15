// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A checkpoint in memory, for restart.policy = "restore", and the same in a file, for --snapshot and --restore. The
// file begins with a header and goes on with the guest's memory at the next page.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "wall/hosted/appliance.h"
#include "wall/hosted/sentence.h"

namespace wick::hosted {
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
  std::uint32_t checksum;  ///< CRC-32C of the header with a 0 here
  Appliance::Checkpoint checkpoint;
};
static_assert(std::is_trivially_copyable_v<SnapshotHeader>);
constexpr std::uint64_t kHeaderBytes = whole_pages(sizeof(SnapshotHeader));

std::uint32_t checksum_of(SnapshotHeader header) {
  header.checksum = 0;
  return crc32c({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
}

bool write_header(const Appliance& a, int file) {
  SnapshotHeader header{};
  header.magic = kSnapshotMagic;
  std::ranges::copy(a.image.build_id, header.build_id);
  header.machine = a.machine->kind;
  header.memory = raw(a.memory.end());
  header.devices = a.devices.entries().count;
  header.checkpoint = a.checkpoint;
  header.checksum = checksum_of(header);
  return pwrite(file, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
}

}  // namespace

std::uint64_t snapshot_header_bytes() { return kHeaderBytes; }

Status take_checkpoint(Appliance& a) {
  if (!a.copies_memory()) return Status::unsupported;
  auto& c = a.checkpoint;
  a.devices.save(c.devices);
  c.registers = a.vcpu.registers;
  c.processor = a.machine->state(a.vcpu);
  c.seals = a.memory.seals();
  c.time = raw(a.clock.now());
  if (a.snapshot_file >= 0) {
    const bool fine =
        a.memory.write_copy(a.snapshot_file, kHeaderBytes, a.page_map) && write_header(a, a.snapshot_file);
    if (!fine) return Status::io_error;
  }
  if (a.checkpoint_file < 0) return Status::ok;
  const bool fine = a.memory.write_copy(a.checkpoint_file, 0, a.page_map) &&
                    a.memory.map_copy(a.checkpoint_file, 0, a.memory.seals());
  return fine ? Status::ok : Status::no_memory;
}

void return_to_checkpoint(Appliance& a) {
  const auto& c = a.checkpoint;
  (void)a.devices.restore(c.devices);  // was good when it was saved, or has been checked since
  write_boot_info(a);
  // Whatever a device had to tell is told again: drivers look at their rings and find out.
  a.memory.shared().event.pending = ~0ull << static_cast<unsigned>(Event::first_device);
  a.machine->set_state(a.vcpu, c.processor);
  a.vcpu.registers = c.registers;
  a.vcpu.registers.rax = static_cast<std::uint64_t>(Status::ok);
  a.vcpu.registers.rdx = std::max<std::uint64_t>(a.history.count(), 1);
}

std::expected<void, std::string> restore_snapshot(Appliance& a) {
  const char* name = a.options.restore.c_str();
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return sentence("the snapshot %s can't be opened: %s", name, std::strerror(errno));
  SnapshotHeader header;
  struct stat status{};
  const auto got = pread(file, &header, sizeof header, 0);
  if (got != static_cast<ssize_t>(sizeof header) || header.magic != kSnapshotMagic)
    return sentence("%s is no snapshot of an appliance", name);
  if (!std::ranges::equal(header.build_id, a.image.build_id))
    return sentence("the snapshot %s is of another build of the appliance", name);
  if (header.machine != a.machine->kind || header.devices != a.devices.entries().count ||
      header.memory != raw(a.memory.end()))
    return sentence("the snapshot %s was taken with another wall, other devices or another size of memory", name);
  if (header.checksum != checksum_of(header)) return sentence("the snapshot %s is damaged", name);
  if (fstat(file, &status) != 0 || static_cast<std::uint64_t>(status.st_size) != kHeaderBytes + a.memory.copy_length())
    return sentence("the snapshot %s is cut short", name);
  a.checkpoint = header.checkpoint;
  a.clock.begin(a.memory.given().clock, Nanoseconds{a.checkpoint.time});  // goes on from there
  if (auto done = a.memory.map_copy(file, kHeaderBytes, 0); !done) return done;
  close(file);
  if (!ok(a.devices.restore(a.checkpoint.devices)))
    return sentence("the snapshot %s is damaged: its devices' rings lie outside of their memory", name);
  return_to_checkpoint(a);
  return {};
}

}  // namespace wick::hosted
