// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/backends.h"

#include <algorithm>
#include <span>

#include "arch/guest_paging.h"
#include "arch/interrupts.h"
#include "backend/host.h"
#include "devices/iommu/iommu.h"
#include "devices/masters.h"
#include "machine/checkpoint.h"
#include "machine/drivers.h"
#include "machine/guest.h"
#include "machine/offer.h"
#include "machine/service.h"
#include "platform/print.h"

namespace wick::hv {
namespace {

[[gnu::section(".bss.hv.shared")]] alignas(kPage) DevicePage pages[DeviceTable::kMax];
DeviceTable table;

std::span<const ServedClass> classes() { return {hv_classes_start, hv_classes_end}; }

/// Adds the guest's view of it. @return false when there is none
bool offer(Boot& boot, const drivers::Instance& instance) {
  const auto before = boot.devices.count;
  for (const auto& served : classes()) served.offer(instance, {boot, table, pages});
  return boot.devices.count != before;
}

}  // namespace

unsigned most_served(DeviceKind kind) {
  for (const auto& served : classes())
    if (served.kind == kind) return served.most;
  return 0;
}

void start_backends(Boot& boot, drivers::DmaPool& pool) {
  if (checkpoint()) checkpoint()->start(guest.dma);
  const auto found = boot.devices;
  boot.devices = {};
  for (unsigned i = 0; i < found.count; ++i) {
    let_master(boot, i, true);
    if (!offer(boot, start_driver(found.items[i], pool))) let_master(boot, i, false);
  }
  for (const auto* service = hv_services_start; service != hv_services_end; ++service)
    boot.devices.add(service->start(boot, table, pages[table.count()]));
}

Status notify_backend(std::uint32_t number) { return table.notify(number); }

bool serve_backends() {
  const EventMask happened{__atomic_exchange_n(&this_cpu().events.pending, 0, __ATOMIC_ACQUIRE)};
  constexpr auto kShutdown = static_cast<unsigned>(Event::shutdown);
  if (any(happened & event_bit(kShutdown))) raise_event(kShutdown);  // the guest's to obey
  if (any(happened & iommu_events())) report_iommu_faults(print);
  return table.serve(happened) != 0;
}

bool console_within_line() {
  return std::ranges::any_of(classes(), [](const auto& served) { return served.within_line && served.within_line(); });
}

DeviceTable& backends() { return table; }

void forget_guest() {
  for (const auto& served : classes())
    if (served.forget_guest) served.forget_guest();
}

void reset_backends() {
  forget_guest();
  table.reset();
}

void* device_memory(Gpa address, std::uint64_t length, bool write) {
  // From the end: nearly everything that a device touches lies in the heap or the DMA pool.
  for (const auto* region = guest_map.end(); region != guest_map.begin();) {
    --region;
    const std::uint64_t offset = raw(address) - raw(region->start);
    if (offset >= region->length) continue;
    const bool fits = length <= region->length - offset;
    const bool allowed = region->kind == RegionKind::dma || (!write && region->kind != RegionKind::tables);
    if (!fits || !allowed) return nullptr;
    if (write && length && checkpoint()) checkpoint()->written(address, length);
    return reinterpret_cast<void*>(raw(address));
  }
  return nullptr;
}

bool guest_must_ring() { return true; }

/// Devices tell the guest's first vCPU.
void raise_event(unsigned event) { __atomic_or_fetch(&guest_event_pages[0].pending, 1ull << event, __ATOMIC_RELEASE); }

}  // namespace wick::hv
