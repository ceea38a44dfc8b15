// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is underneath, and which of his interfaces hv uses: the number of each and its name for people. A new platform
// adds its line here; nothing else knows platforms by name.

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace wick {

enum class Hypervisor : std::uint8_t { unknown, metal, tcg, kvm, xen, hyperv, vmware, host };

inline constexpr const char* kHypervisorNames[] = {
    "an unknown hypervisor", "bare metal", "QEMU TCG", "KVM", "Xen", "Hyper-V", "VMware", "Linux"};
static_assert(std::size(kHypervisorNames) == static_cast<std::size_t>(Hypervisor::host) + 1);

constexpr const char* hypervisor_name(Hypervisor hypervisor) {
  const auto number = static_cast<std::size_t>(hypervisor);
  return kHypervisorNames[number < std::size(kHypervisorNames) ? number : 0];
}

/// Interfaces of the platform that hv uses, for the boot banner and `wick inspect --live`.
enum class Interface : std::uint32_t {
  pvh = 1u << 0,
  multiboot2 = 1u << 1,
  kvm_clock = 1u << 2,
  xen_clock = 1u << 3,
  xen_console = 1u << 4,
  xen_event_channels = 1u << 5,
  xen_shutdown = 1u << 6,
  apic_timer = 1u << 7,
  uart = 1u << 8,
  virtio_mmio = 1u << 9,
  virtio_pci = 1u << 10,
  acpi_power_off = 1u << 11,
  exit_port = 1u << 12,
  vtd = 1u << 13,     ///< an IOMMU of Intel's confines what devices reach
  amd_vi = 1u << 14,  ///< the same, of AMD's
  linux_boot = 1u << 15,
  hyperv_clock = 1u << 16,
  vmbus = 1u << 17,
};

/// By bit, the lowest first.
inline constexpr const char* kInterfaceNames[] = {
    "PVH",          "multiboot2", "kvmclock", "Xen clock",   "Xen console",   "event channels",
    "Xen shutdown", "APIC timer", "UART",     "virtio-mmio", "virtio-pci",    "ACPI power-off",
    "exit port",    "VT-d",       "AMD-Vi",   "Linux boot",  "Hyper-V clock", "VMBus"};
static_assert(1u << (std::size(kInterfaceNames) - 1) == static_cast<std::uint32_t>(Interface::vmbus));

}  // namespace wick
