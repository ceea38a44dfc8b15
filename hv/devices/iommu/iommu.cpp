// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/iommu/iommu.h"

#include "abi/console.h"
#include "devices/iommu/kind.h"
#include "devices/iommu/requesters.h"

namespace wick::hv {
namespace {

const IommuKind* live = nullptr;
IommuUnits units;
EventMask events{};
/// What comes later is left in the units' logs, which then raise no more interrupts.
unsigned reports_left = 16;

void print_fault(const IommuFault& fault, Sink say) {
  print_line(say, console_line::kIommuFault, "PCI bus ", fault.requester >> 8, " device ", fault.requester >> 3 & 31,
             " function ", fault.requester & 7, fault.write ? " wrote to " : " read from ", Hex{raw(fault.address)});
}

}  // namespace

std::uint64_t find_iommu(Gpa rsdp, Domain& domain, Sink say) {
  for (const auto* kind = hv_iommus_start; kind != hv_iommus_end; ++kind) {
    units = kind->units(find_acpi_table(rsdp, kind->table));
    if (!units.count) continue;
    const char* trouble = units.overflowed ? "there are more than 32 of them" : kind->examine(units, domain);
    if (!trouble) {
      live = kind;
      return live->memory(units, domain);
    }
    print_line(say, "[wick] ", kind->name, " stays off, devices are not confined: ", trouble);
  }
  return 0;
}

const char* start_iommu(const Domain& domain, Boot& boot, MemoryRange room) {
  if (!live) return nullptr;
  add_bridges(boot);
  if (const char* trouble = live->start(units, domain, boot.masters, room, events)) return trouble;
  boot.use(live->interface);
  return nullptr;
}

EventMask iommu_events() { return events; }

void report_iommu_faults(Sink say) {
  for (unsigned i = 0; i < units.count; ++i)
    for (IommuFault fault; reports_left && live->next_fault(i, fault); --reports_left) print_fault(fault, say);
}

}  // namespace wick::hv
