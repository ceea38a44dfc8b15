// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/machine/kvm/x86_64/tables.h"

#include <cstring>

#include "arch/descriptor.h"
#include "arch/guest_format.h"

extern "C" const std::uint8_t wick_kvm_vectors[], wick_kvm_vectors_end[], wick_kvm_call[], wick_kvm_call_done[];

namespace wick::monitor {

using hv::RegionKind;

namespace {

hv::PageTables<hv::GuestFormat> tables;

/// With the bitmap of ports 0x00 to 0x17.
struct [[gnu::packed]] Task : hv::TaskState {
  std::uint8_t bitmap[4];  ///< a 1 forbids; the last byte ends it
};
static_assert(sizeof(Task) == 108);

constexpr unsigned kExceptions = 32;

/// What precedes the page tables.
struct Descriptors {
  std::uint64_t gdt[16];
  hv::Gate idt[kExceptions];
  Task task;
};
static_assert(sizeof(Descriptors) <= kPage);

void fill(Descriptors& d, const GuestMemory& memory) {
  const auto task = reinterpret_cast<std::uint64_t>(&d.task);
  using namespace hv;
  d.gdt[0x10 / 8] = flat_segment(kCode, kCode64);
  d.gdt[0x18 / 8] = flat_segment(kData, kFlat);
  d.gdt[0x20 / 8] = flat_segment(kUserRing | kCode, kFlat);
  d.gdt[kUserData / 8] = flat_segment(kUserRing | kData, kFlat);
  d.gdt[kUserCode / 8] = flat_segment(kUserRing | kCode, kCode64);
  const auto segment = task_segment(task, sizeof(Task), kTaskBusy);
  d.gdt[kTaskSelector / 8] = segment.low;
  d.gdt[kTaskSelector / 8 + 1] = segment.high;
  // Ring 3 enters without a change of privilege, on the task's first stack.
  for (std::uint64_t i = 0; i < kExceptions; ++i)
    d.idt[i] = gate(raw(memory.vectors()) + i * 16, kUserCode, 1, kUserRing | kTrapGate);
  const std::uint64_t stack = raw(memory.exception_stack()) + kPage;
  d.task.rsp[0] = stack;
  d.task.ist[0] = stack;
  d.task.io_map = offsetof(Task, bitmap);
  std::memset(d.task.bitmap, 0xff, sizeof d.task.bitmap);
  for (const auto port : {kCallPort, kFaultPort})
    d.task.bitmap[port / 8] &= static_cast<std::uint8_t>(~(1u << port % 8));
}

/// Accessed and dirty from the start. Nobody reads those bits, and a KVM without nested paging looks at them: it maps a
/// page of the guest's together with those beside it, and for writing at once, only where they are set.
constexpr std::uint64_t used_bits(hv::Rights rights) {
  return hv::guest_bits(rights) | hv::kAccessed | (rights == hv::Rights::read_write ? hv::kDirty : 0);
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
    const auto status = ours ? tables.map(start, start + kPage, ~0ull,
                                          hv::kPresent | hv::kWrite | hv::kNoExecute | hv::kAccessed | hv::kDirty)
                             : tables.map(start, start + part.length, start, used_bits(part.rights));
    if (!ok(status)) return {};
  }
  return {tables.root(),
          hv::gpa_of(descriptors.gdt),
          hv::gpa_of(descriptors.idt),
          hv::gpa_of(&descriptors.task),
          sizeof descriptors.gdt - 1,
          sizeof descriptors.idt - 1,
          sizeof(Task) - 1};
}

Status set_writable_in_tables(Gpa start, std::uint64_t length, bool writable) {
  return tables.set_writable(raw(start), raw(start) + length, writable);
}

void settle_tables(hv::Splits what) { tables.settle(what); }

std::span<const std::uint8_t> kvm_vectors() { return {wick_kvm_vectors, wick_kvm_vectors_end}; }
std::uint64_t kvm_call_offset() { return static_cast<std::uint64_t>(wick_kvm_call - wick_kvm_vectors); }
std::uint64_t kvm_call_done_offset() { return static_cast<std::uint64_t>(wick_kvm_call_done - wick_kvm_vectors); }

}  // namespace wick::monitor
