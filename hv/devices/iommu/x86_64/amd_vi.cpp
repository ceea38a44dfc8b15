// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// AMD I/O Virtualization Technology (48882 3.07). Tables are complete before a unit sees them and never change
// afterwards. Interrupts are not remapped, so messages go where devices send them.

#include "arch/paging.h"
#include "class/registers.h"
#include "devices/iommu/kind.h"
#include "devices/iommu/x86_64/amd_vi_registers.h"
#include "devices/iommu/x86_64/amd_vi_tables.h"
#include "devices/pci/interrupts.h"

namespace wick::hv {
namespace {

namespace vi = amd_vi;
using vi::Register;

constexpr std::uint64_t kWindow = 3 * kPage;
constexpr std::uint64_t kUnitMemory = 2 * kPage;  ///< command buffer and event log
constexpr unsigned kEntries = kPage / 16;         ///< of each
/// Register reads of some 0.3 µs; a unit answers within microseconds.
constexpr unsigned kMaxReads = 1'000'000;

class Unit {
 public:
  constexpr Unit() = default;
  Unit(Gpa start, std::uint8_t flags) : registers_({start, kWindow}), flags_(flags) {}

  bool use(Gpa device_table, Gpa buffers);
  bool next_fault(IommuFault& fault);

 private:
  /// What firmware says of its board in the IVHD's flags (§5.2.2.1) stands in control in the same order, with gaps.
  std::uint64_t control() const { return vi::kCoherent | (flags_ & 1u) << 1 | (flags_ & 6u) << 7 | (flags_ & 8u) << 8; }
  void put(const vi::Command& command);
  bool complete();
  bool invalidate();

  drivers::NamedRegisters<Register> registers_;
  std::uint8_t flags_ = 0;
  vi::Command* commands_ = nullptr;
  vi::Event* events_ = nullptr;
  unsigned command_ = 0, event_ = 0;
};

Unit known[IommuUnits::kCapacity];

void Unit::put(const vi::Command& command) {
  commands_[command_] = command;
  command_ = (command_ + 1) % kEntries;
  registers_.write<std::uint64_t>(Register::command_tail, command_ * sizeof(vi::Command));
}

/// Waits until all commands are carried out. The word that tells is the log's last entry, which is still empty.
bool Unit::complete() {
  auto* done = reinterpret_cast<volatile std::uint64_t*>(events_ + kEntries - 1);
  put(vi::completion_wait(reinterpret_cast<std::uint64_t>(done)));
  for (unsigned i = 0; i < kMaxReads && !*done; ++i) registers_.read<std::uint64_t>(Register::status);
  const bool came = *done != 0;
  *done = 0;
  return came;
}

bool Unit::invalidate() {
  if (registers_.read<std::uint64_t>(Register::features) & vi::kHasInvalidateAll) {
    put(vi::invalidate_all());
    return complete();
  }
  for (unsigned requester = 0; requester < vi::kRequesters; ++requester) {
    put(vi::invalidate_entry(static_cast<std::uint16_t>(requester)));
    if (requester % (kEntries / 2) == 0 && !complete()) return false;  // before the buffer is full
  }
  put(vi::invalidate_domain(vi::kNobodyDomain));
  put(vi::invalidate_domain(vi::kMasterDomain));
  return complete();
}

/// What firmware has left switched on goes off first: its tables are not ours.
bool Unit::use(Gpa device_table, Gpa buffers) {
  commands_ = reinterpret_cast<vi::Command*>(raw(buffers));
  events_ = reinterpret_cast<vi::Event*>(raw(buffers) + kPage);
  registers_.write<std::uint64_t>(Register::control, 0);
  registers_.write<std::uint64_t>(Register::device_table, raw(device_table) | vi::kWholeDeviceTable);
  registers_.write<std::uint64_t>(Register::command_buffer, raw(buffers) | vi::k256Entries);
  registers_.write<std::uint64_t>(Register::event_log, (raw(buffers) + kPage) | vi::k256Entries);
  for (const auto at : {Register::command_head, Register::command_tail, Register::event_head, Register::event_tail})
    registers_.write<std::uint64_t>(at, 0);
  registers_.write<std::uint64_t>(Register::status, vi::kEventOverflow | vi::kEventsCame);
  registers_.write<std::uint64_t>(Register::control,
                                  control() | vi::kCommands | vi::kEventLog | vi::kEventInterrupt | vi::kEnable);
  return invalidate();
}

bool Unit::next_fault(IommuFault& fault) {
  auto& event = events_[event_];
  if (!event.what) {
    // And look again, for one that has come in between.
    registers_.write<std::uint64_t>(Register::status, vi::kEventsCame);
    if (!event.what) return false;
  }
  fault = {event.requester(), event.write(), Gpa{event.address}};
  event = {};
  event_ = (event_ + 1) % kEntries;
  registers_.write<std::uint64_t>(Register::event_head, event_ * sizeof(vi::Event));
  return true;
}

bool has_other_segments(const IommuUnits& units) {
  for (const auto& unit : units)
    if (unit.segment != 0) return true;
  return false;
}

const char* examine(const IommuUnits& units, Domain& domain) {
  domain.large_pages = true;
  for (unsigned i = 0; i < units.count; ++i) {
    const auto& unit = units.items[i];
    if (!map_device(unit.registers, kWindow)) return "its registers can't be mapped";
    known[i] = Unit(unit.registers, unit.flags);
  }
  return nullptr;
}

std::uint64_t memory(const IommuUnits& units, const Domain& domain) {
  const std::uint64_t device_tables = has_other_segments(units) ? 2 : 1;
  return device_tables * vi::kDeviceTableBytes + units.count * kUnitMemory + kPage + domain_tables_length(domain);
}

/// Its own function sends the interrupt that tells of faults.
void route_events(const IommuUnit& unit, EventMask& events) {
  const PciFunction function(unit.function >> 8, unit.function >> 3 & 31, unit.function & 7);
  wick::DeviceEntry device{};
  if (unit.segment != 0 || !function.present() || !route_one_event(function, device)) return;
  function.master(true);
  events = events | event_bit(device.events[0]);
}

const char* start(const IommuUnits& units, const Domain& domain, const PciRequesters& masters, MemoryRange room,
                  EventMask& events) {
  const auto table = take_front(room, vi::kDeviceTableBytes);
  const auto others = has_other_segments(units) ? take_front(room, vi::kDeviceTableBytes) : table;
  const auto buffers = take_front(room, units.count * kUnitMemory), empty = take_front(room, kPage);
  PageTables<vi::Format> tables;
  if (!ok(build_domain(tables, domain, room))) return "the IOMMU's tables don't fit into the memory for them";
  auto* entries = reinterpret_cast<vi::DeviceEntry*>(raw(table.start));
  vi::close_all(reinterpret_cast<vi::DeviceEntry*>(raw(others.start)), raw(empty.start));
  vi::close_all(entries, raw(empty.start));
  for (const auto master : masters) entries[master] = vi::open(tables.root());
  for (unsigned i = 0; i < units.count; ++i) {
    const auto& own = units.items[i].segment == 0 ? table : others;
    if (!known[i].use(own.start, buffers.start + i * kUnitMemory))
      return "the IOMMU doesn't answer (without one hv would start: it can be switched off in the firmware)";
    route_events(units.items[i], events);  // by a message of its own, which is a write to memory like any
  }
  return nullptr;
}

bool next_fault(unsigned index, IommuFault& fault) { return known[index].next_fault(fault); }

WICK_REGISTERED("iommus")
constexpr IommuKind kind{"AMD-Vi", "IVRS", Interface::amd_vi, read_ivrs, examine, memory, start, next_fault};

}  // namespace
}  // namespace wick::hv
