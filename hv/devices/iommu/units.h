// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which IOMMUs a machine has: what firmware says of them in the ACPI tables DMAR (Intel) and IVRS (AMD). The memory
// that these tables reserve for firmware's own devices is passed over: hv drives none of those.

#include "base/boot.h"
#include "devices/acpi_tables.h"

namespace wick::hv {

struct IommuUnit {
  Gpa registers;
  std::uint16_t segment;   ///< PCI segment of the devices behind it. hv drives devices of segment 0 only
  std::uint16_t function;  ///< AMD: its own PCI requester id, in that segment
  std::uint8_t flags;      ///< AMD: IVHD flags
};
using IommuUnits = FixedList<IommuUnit, 32>;

/// Intel VT-d 3.3 §8.1 to §8.3. An empty list when `dmar` is no table.
IommuUnits read_dmar(const AcpiTable& dmar);

/// AMD I/O Virtualization Technology (48882) 3.07, §5.2.2.
IommuUnits read_ivrs(const AcpiTable& ivrs);

}  // namespace wick::hv
