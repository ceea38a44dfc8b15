// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Intel VT-d 3.3, in legacy mode with queued invalidation, which every unit since 2009 has. Tables are complete before
// a unit sees them and never change afterwards. Interrupts are not remapped, so messages go where devices send them.

#include "arch/event_routing.h"
#include "arch/instructions.h"
#include "arch/paging.h"
#include "class/registers.h"
#include "devices/iommu/kind.h"
#include "devices/iommu/x86_64/vtd_registers.h"
#include "devices/iommu/x86_64/vtd_tables.h"

namespace wick::hv {
namespace {

using namespace vtd;

constexpr std::uint64_t kWindow = 5 * kPage;  ///< the farthest fault records begin at 16 KiB
/// Register reads of some 0.3 µs; a unit answers within microseconds.
constexpr unsigned kMaxReads = 1'000'000;

class Unit {
 public:
  constexpr Unit() = default;
  explicit Unit(Gpa start) : registers_({start, kWindow}) {}

  Capability capability() const { return {registers_.read<std::uint64_t>(Register::capability)}; }
  ExtendedCapability extended() const { return {registers_.read<std::uint64_t>(Register::extended_capability)}; }

  bool use(std::uint64_t root, Gpa queue, bool coherent) const;
  void report_by(const MessageInterrupt& message) const;
  bool next_fault(IommuFault& fault) const;

 private:
  bool wait(Register at, std::uint32_t bit, bool on) const {
    for (unsigned i = 0; i < kMaxReads; ++i)
      if (((registers_.read(at) & bit) != 0) == on) return true;
    return false;
  }
  /// §11.4.4: one change at a time, and status tells when it is done.
  bool set(std::uint32_t bit, bool on) const {
    const std::uint32_t now = registers_.read(Register::status) & kLasting;
    registers_.write(Register::command, on ? now | bit : now & ~bit);
    return wait(Register::status, bit, on);
  }
  bool invalidate(Gpa queue, bool coherent) const;

  drivers::NamedRegisters<Register> registers_;
};

Unit known[IommuUnits::kCapacity];
Levels levels;
bool coherent;

/// What the processor has written must be in memory before a unit that doesn't look into caches walks it.
void flush(Gpa start, std::uint64_t length) {
  constexpr std::uint64_t kLine = 64;
  for (std::uint64_t at = 0; at < length; at += kLine) flush_cache_line(start + at);
}

/// §6.5.2: empty queue, everything cached dropped, and a word written when that is done. The word is the queue's last.
bool Unit::invalidate(Gpa queue, bool flushes) const {
  auto* entries = reinterpret_cast<Invalidation*>(raw(queue));
  auto* done = reinterpret_cast<volatile std::uint32_t*>(raw(queue) + kPage - sizeof(Invalidation));
  entries[0] = {kAllContexts, 0};
  entries[1] = {kAllTranslations, 0};
  entries[2] = {kWaitAndWrite, reinterpret_cast<std::uint64_t>(done)};
  if (flushes) flush(queue, kPage);
  registers_.write<std::uint64_t>(Register::queue_tail, 0);
  registers_.write<std::uint64_t>(Register::queue_base, raw(queue));
  if (!set(kQueue, true)) return false;
  registers_.write<std::uint64_t>(Register::queue_tail, 3 * sizeof(Invalidation));
  for (unsigned i = 0; i < kMaxReads && !*done; ++i) registers_.read(Register::status);
  return *done != 0;
}

/// Whatever firmware has left switched on goes off first: its tables are not ours, and its queue would be in the way.
bool Unit::use(std::uint64_t root, Gpa queue, bool flushes) const {
  for (const auto feature : {kInterruptRemapping, kQueue, kTranslation})
    if (registers_.read(Register::status) & feature && !set(feature, false)) return false;
  if (capability().needs_write_buffer_flush()) {
    registers_.write(Register::command, (registers_.read(Register::status) & kLasting) | kWriteBuffer);
    if (!wait(Register::status, kWriteBuffer, false)) return false;
  }
  registers_.write<std::uint64_t>(Register::root, root);
  if (!set(kRoot, true) || !invalidate(queue, flushes) || !set(kTranslation, true)) return false;
  if (!capability().has_protected_memory()) return true;
  registers_.write(Register::protected_memory,
                   registers_.read(Register::protected_memory) & ~kProtectedOn);  // nothing protects so well
  return wait(Register::protected_memory, kProtectedStatus, false);
}

void Unit::report_by(const MessageInterrupt& message) const {
  IommuFault of_before;
  for (unsigned i = 0; i < capability().faults() && next_fault(of_before); ++i) {
  }
  registers_.write(Register::fault_data, message.data);
  registers_.write_address(Register::fault_address, message.address);
  registers_.write(Register::fault_control, 0);  // no longer masked
}

bool Unit::next_fault(IommuFault& fault) const {
  const auto can = capability();
  for (unsigned i = 0; i < can.faults() && can.faults_at() + 16 * (i + 1) <= kWindow; ++i) {
    const auto low = Register{can.faults_at() + 16 * i}, high = Register{can.faults_at() + 16 * i + 8};
    const auto what = registers_.read<std::uint64_t>(high);
    if (!(what & kFaultHere)) continue;
    fault = {static_cast<std::uint16_t>(what), !(what & kFaultWasRead),
             Gpa{registers_.read<std::uint64_t>(low) & ~(kPage - 1)}};
    registers_.write<std::uint64_t>(high, kFaultHere);  // writing it takes it away
    return true;
  }
  registers_.write(Register::fault_status, kFaultOverflow);
  return false;
}

const char* examine(const IommuUnits& units, Domain& domain) {
  bool three = true, four = true;
  coherent = domain.large_pages = true;
  for (unsigned i = 0; i < units.count; ++i) {
    if (!map_device(units.items[i].registers, kWindow)) return "its registers can't be mapped";
    known[i] = Unit(units.items[i].registers);
    const auto can = known[i].capability();
    const auto more = known[i].extended();
    if (!more.has_queue()) return "it has no invalidation queue";
    three &= can.has_three_levels();
    four &= can.has_four_levels();
    coherent &= more.coherent();
    domain.large_pages &= can.has_large_pages();
  }
  levels = four ? Levels::four : Levels::three;
  return three || four ? nullptr : "it walks neither three nor four levels of tables";
}

/// A queue each, and one root that leads nowhere for units of other PCI segments.
std::uint64_t memory(const IommuUnits& units, const Domain& domain) {
  return (units.count + 1) * kPage + tables_length(domain);
}

const char* start(const IommuUnits& units, const Domain& domain, const PciRequesters& masters, MemoryRange room,
                  EventMask& events) {
  const auto all = room;
  const auto queues = take_front(room, units.count * kPage), nowhere = take_front(room, kPage);
  const auto contexts = take_front(room, (1 + PciRequesters::kCapacity) * kPage);
  PageTables<Format> tables;
  if (!ok(build_domain(tables, domain, room))) return "the IOMMU's tables don't fit into the memory for them";
  auto frames = contexts;
  const auto page_table = levels == Levels::four ? tables.root() : tables.three_level_root();
  const auto root = build_root(masters, page_table, levels, frames);
  if (!root) return "the IOMMU's tables don't fit into the memory for them";
  if (!coherent) flush(all.start, all.length);
  const unsigned event = allocate_event();
  events = event_bit(event);
  const auto message = message_interrupt(event);
  for (unsigned i = 0; i < units.count; ++i) {
    const bool ours = units.items[i].segment == 0;
    if (!known[i].use(ours ? root : raw(nowhere.start), queues.start + i * kPage, !coherent))
      return "the IOMMU doesn't answer (without one hv would start: it can be switched off in the firmware)";
    known[i].report_by(message);
  }
  return nullptr;
}

bool next_fault(unsigned index, IommuFault& fault) { return known[index].next_fault(fault); }

WICK_REGISTERED("iommus")
constexpr IommuKind kind{"VT-d", "DMAR", Interface::vtd, read_dmar, examine, memory, start, next_fault};

}  // namespace
}  // namespace wick::hv
