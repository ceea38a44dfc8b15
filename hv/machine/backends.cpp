// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/backends.h"

#include "arch/guest_paging.h"
#include "arch/interrupts.h"
#include "backend/block.h"
#include "backend/console.h"
#include "backend/device_table.h"
#include "backend/guarded_console.h"
#include "backend/host.h"
#include "backend/network.h"
#include "backend/written.h"
#include "class/room.h"
#include "devices/iommu/iommu.h"
#include "devices/masters.h"
#include "machine/drivers.h"
#include "machine/guest.h"
#include "machine/service.h"
#include "platform/print.h"

namespace wick::hv {
namespace {

constexpr unsigned kMaxOfAKind = 2;
static_assert(2 * kMaxOfAKind + 1 <= DeviceTable::kMax);

[[gnu::section(".bss.hv.shared")]] alignas(kPage) DevicePage pages[DeviceTable::kMax];
DeviceTable table;
PageDevice::Saved saved[DeviceTable::kMax];  ///< for the checkpoint
Written written;
constinit GuardedConsole guarded_console;

drivers::Room<NetworkBackend, kMaxOfAKind> networks;
drivers::Room<BlockBackend, kMaxOfAKind> blocks;
drivers::Room<ConsoleBackend, 1> consoles;

/// @return the guest's view of the device; kind none when there are too many
DeviceEntry offer(auto& room, auto& device) {
  if (room.full()) return {};
  auto& backend = room.make();
  room.keep();
  return table.start(backend, device, pages[table.count()]);
}

/// As if the guest had written what hv and its devices have: a checkpoint keeps it, a return puts it back.
void mark_written() {
  table.for_each([](PageDevice& device) { device.for_each_used_ring(mark_dirty); });
  written.take(mark_dirty);
}

/// Adds the guest's view of it. @return false when there is none
bool offer(Boot& boot, const drivers::Instance& instance) {
  const auto before = boot.devices.count;
  const auto add = [&](const DeviceEntry& entry) {
    if (entry.kind != DeviceKind::none) boot.devices.add(entry);
  };
  if (instance.network) add(offer(networks, *instance.network));
  for (drivers::Block* block : instance.blocks)
    if (block) add(offer(blocks, *block));
  if (instance.console && !consoles.full()) {
    guarded_console.use(*instance.console);
    add(offer(consoles, guarded_console));
  }
  return boot.devices.count != before;
}

}  // namespace

unsigned most_served(DeviceKind kind) {
  if (kind == DeviceKind::network || kind == DeviceKind::block) return kMaxOfAKind;
  return kind == DeviceKind::console ? 1 : 0;
}

void start_backends(Boot& boot, drivers::DmaPool& pool) {
  if (guest.notes.restart.policy == RestartPolicy::restore) written.start(guest.dma);
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

bool console_within_line() { return guarded_console.within_line(); }

void reset_backends() {
  guarded_console.reset();
  table.reset();
}

void quiet_backends() {
  table.for_each([](PageDevice& device) { device.drain(); });
  mark_written();
}

void save_backends() { table.save(saved); }

void restore_backends() {
  guarded_console.reset();
  (void)table.restore(saved);  // the rings were good when they were saved
  mark_written();
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
    if (write && length) written.add(address, length);
    return reinterpret_cast<void*>(raw(address));
  }
  return nullptr;
}

bool guest_must_ring() { return true; }

/// Devices tell the guest's first vCPU.
void raise_event(unsigned event) { __atomic_or_fetch(&guest_event_pages[0].pending, 1ull << event, __ATOMIC_RELEASE); }

}  // namespace wick::hv
