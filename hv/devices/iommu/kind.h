// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a kind of IOMMU has to do; one constant object each.

#include "abi/bootinfo.h"
#include "devices/iommu/domain.h"
#include "devices/iommu/units.h"

namespace wick::hv {

/// What a device was stopped at.
struct IommuFault {
  std::uint16_t requester;
  bool write;
  Gpa address;
};

struct IommuKind {
  const char* name;
  const char* table;  ///< signature of the ACPI table that tells of it
  Interface interface;
  IommuUnits (*units)(const AcpiTable& table);
  /// Reads what the units can do, and settles `domain.large_pages`. @return nullptr, or why hv can't use them
  const char* (*examine)(const IommuUnits& units, Domain& domain);
  /// Bytes that `start` wants; multiple of 4096.
  std::uint64_t (*memory)(const IommuUnits& units, const Domain& domain);
  /// Builds all tables in `room`, which is cleared, and switches the units on: `masters` reach the domain, everybody
  /// else nothing. @param events gets those that tell of faults  @return nullptr, or what went wrong
  const char* (*start)(const IommuUnits& units, const Domain& domain, const PciRequesters& masters, MemoryRange room,
                       EventMask& events);
  /// Takes one fault off the log of unit `index`. @return false when there is none
  bool (*next_fault)(unsigned index, IommuFault& fault);
};

extern const IommuKind vtd_kind, amd_vi_kind;

}  // namespace wick::hv
