// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/machine/kvm/tables.h"

#include <cstring>

#include "arch/guest_format.h"

extern "C" const std::uint8_t wick_kvm_vectors[], wick_kvm_vectors_end[], wick_kvm_call[], wick_kvm_call_done[];

namespace wick::monitor {

using hv::RegionKind;

namespace {

hv::PageTables<hv::GuestFormat> tables;

/// Intel SDM volume 3, §8.7: the 64-bit task-state segment, with the bitmap of ports 0x00 to 0x17.
struct [[gnu::packed]] Task {
  std::uint32_t reserved0;
  std::uint64_t rsp[3];
  std::uint64_t reserved1;
  std::uint64_t stack_table[7];  ///< [0] is IST1
  std::uint64_t reserved2;
  std::uint16_t reserved3, bitmap_offset;
  std::uint8_t bitmap[4];  ///< a 1 forbids; the last byte ends it
};
static_assert(sizeof(Task) == 108);

struct Gate {
  std::uint64_t low, high;
};
static_assert(sizeof(Gate) == 16);

constexpr unsigned kExceptions = 32;

/// What precedes the page tables.
struct Descriptors {
  std::uint64_t gdt[16];
  Gate idt[kExceptions];
  Task task;
};
static_assert(sizeof(Descriptors) <= kPage);

/// §3.4.5. @param type and flags of byte 5  @param attributes upper half of byte 6
constexpr std::uint64_t flat_segment(std::uint64_t access, std::uint64_t attributes) {
  return 0xffff | access << 40 | 0xfull << 48 | attributes << 52;
}

/// §7.14.1: a trap gate that ring 3 enters without a change of privilege, on IST1.
constexpr Gate trap_gate(std::uint64_t address) {
  constexpr std::uint64_t kTrapRing3 = 0xef, kIst1 = 1;
  return {(address & 0xffff) | std::uint64_t{kUserCode} << 16 | kIst1 << 32 | kTrapRing3 << 40 |
              (address >> 16 & 0xffff) << 48,
          address >> 32};
}

void fill(Descriptors& d, const GuestMemory& memory) {
  const auto task = reinterpret_cast<std::uint64_t>(&d.task);
  constexpr std::uint64_t kCode64 = 0xa, kData = 0xc;
  d.gdt[0x10 / 8] = flat_segment(0x9b, kCode64);
  d.gdt[0x18 / 8] = flat_segment(0x93, kData);
  d.gdt[0x20 / 8] = flat_segment(0xfb, kData);
  d.gdt[kUserData / 8] = flat_segment(0xf3, kData);
  d.gdt[kUserCode / 8] = flat_segment(0xfb, kCode64);
  d.gdt[kTaskSelector / 8] = (sizeof(Task) - 1) | (task & 0xffffff) << 16 | 0x8bull << 40 | (task >> 24 & 0xff) << 56;
  d.gdt[kTaskSelector / 8 + 1] = task >> 32;
  for (unsigned i = 0; i < kExceptions; ++i) d.idt[i] = trap_gate(raw(memory.vectors()) + i * 16);
  const std::uint64_t stack = raw(memory.exception_stack()) + kPage;
  d.task.rsp[0] = stack;
  d.task.stack_table[0] = stack;
  d.task.bitmap_offset = offsetof(Task, bitmap);
  std::memset(d.task.bitmap, 0xff, sizeof d.task.bitmap);
  for (const auto port : {kCallPort, kFaultPort})
    d.task.bitmap[port / 8] &= static_cast<std::uint8_t>(~(1u << port % 8));
}

}  // namespace

KvmTables build_kvm_tables(const GuestMemory& memory) {
  const auto* region = memory.region(RegionKind::tables);
  auto& descriptors = *reinterpret_cast<Descriptors*>(raw(region->start));
  fill(descriptors, memory);
  tables.start({region->start + kPage, region->length - kPage});
  for (const auto& part : memory.regions()) {
    const std::uint64_t start = raw(part.start);
    const bool ours = part.kind == RegionKind::tables;  // the processor reads descriptors by the guest's mapping
    const auto status = ours ? tables.map(start, start + kPage, ~0ull, hv::kPresent | hv::kWrite | hv::kNoExecute)
                             : tables.map(start, start + part.length, start, hv::guest_bits(part.rights));
    if (!ok(status)) return {};
  }
  tables.complete();
  const auto at = [](const void* pointer) { return Gpa{reinterpret_cast<std::uint64_t>(pointer)}; };
  return {tables.root(),         at(descriptors.gdt),        at(descriptors.idt),
          at(&descriptors.task), sizeof descriptors.gdt - 1, sizeof descriptors.idt - 1,
          sizeof(Task) - 1};
}

Status set_writable_in_tables(Gpa start, std::uint64_t length, bool writable) {
  if (!writable) return tables.make_read_only(raw(start), raw(start) + length);
  tables.make_writable(raw(start), raw(start) + length);
  return Status::ok;
}

void settle_tables(hv::Splits what) { tables.settle(what); }

std::span<const std::uint8_t> kvm_vectors() { return {wick_kvm_vectors, wick_kvm_vectors_end}; }
std::uint64_t kvm_call_offset() { return static_cast<std::uint64_t>(wick_kvm_call - wick_kvm_vectors); }
std::uint64_t kvm_call_done_offset() { return static_cast<std::uint64_t>(wick_kvm_call_done - wick_kvm_vectors); }

}  // namespace wick::monitor
