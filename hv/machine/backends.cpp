// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/backends.h"

#include <algorithm>

#include "arch/guest_paging.h"
#include "arch/interrupts.h"
#include "backend/block.h"
#include "backend/console.h"
#include "backend/guarded_console.h"
#include "backend/host.h"
#include "backend/network.h"
#include "backend/written.h"
#include "class/driver.h"
#include "devices/iommu/iommu.h"
#include "devices/masters.h"
#include "guest/dispatch.h"
#include "machine/guest.h"
#include "platform/print.h"

extern "C" const char wick_ring_entries[];

namespace wick::hv {
namespace {

constexpr unsigned kMostOfAKind = 2, kMostDevices = 8;
constexpr unsigned kFirstEvent = static_cast<unsigned>(Event::first_device);

[[gnu::section(".bss.hv.shared")]] alignas(4096) DevicePage pages[kMostDevices];
constinit NetworkBackend networks[kMostOfAKind];
constinit BlockBackend blocks[kMostOfAKind];
BlockBackend::Request requests[kMostOfAKind][BlockBackend::kRequests];
constinit ConsoleBackend console;
constinit GuardedConsole guarded_console;
bool has_console = false;
unsigned network_count = 0, block_count = 0;

PageDevice* devices[kMostDevices];
PageDevice::Saved saved[kMostDevices];  ///< for the checkpoint
bool busy[kMostDevices];
unsigned count = 0;
Written written;

/// As if the guest had written what hv and its devices have: a checkpoint keeps it, a return puts it back.
void mark_written() {
  const auto mark = [](Gpa start, std::uint64_t length) { mark_dirty(start, length); };
  for (unsigned i = 0; i < count; ++i) devices[i]->for_each_used_ring(mark);
  written.take(mark);
}

/// Drives one device, with rings as long as the guest's, which the pool was made for. What no driver takes is told and
/// left alone, as libos does.
drivers::Instance probe(const DeviceEntry& device, drivers::DmaPool& pool) {
  const auto ring_size = static_cast<std::uint32_t>(address_of(wick_ring_entries));
  drivers::Instance instance;
  for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver) {
    if (driver->kind != device.kind) continue;
    instance = {};
    if (ok(driver->probe({device, pool, ring_size}, instance))) return instance;
  }
  if (instance.trouble)
    Line(print)
        .text("[wick] a device at ")
        .hex(raw(device.windows[0].start))
        .text(" stays unused: ")
        .text(instance.trouble)
        .end();
  return {};
}

/// @return the guest's view of it; kind none when there is none
DeviceEntry offer(const drivers::Instance& instance) {
  if (count == kMostDevices) return {};
  auto& page = pages[count];
  const unsigned event = kFirstEvent + count;
  if (instance.network && network_count < kMostOfAKind) {
    auto& backend = networks[network_count++];
    devices[count] = &backend;
    return backend.start(*instance.network, page, count, event);
  }
  if (instance.block && block_count < kMostOfAKind) {
    auto* table = requests[block_count];
    auto& backend = blocks[block_count++];
    devices[count] = &backend;
    return backend.start(*instance.block, table, page, count, event);
  }
  if (instance.console && !has_console) {
    has_console = true;
    devices[count] = &console;
    guarded_console.use(*instance.console);
    return console.start(guarded_console, page, count, event);
  }
  return {};
}

}  // namespace

void choose_masters(Boot& boot) {
  choose_masters(boot, [](DeviceKind kind) {
    for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
      if (driver->kind == kind) return kind == DeviceKind::console ? 1 : kMostOfAKind;
    return 0u;
  });
}

void start_backends(Boot& boot, drivers::DmaPool& pool) {
  if (guest.notes.restart.policy == RestartPolicy::restore) written.start(guest.dma);
  const auto found = boot.devices;
  boot.devices = {};
  for (unsigned i = 0; i < found.count; ++i) {
    const auto function = boot.functions.items[i];
    if (function && std::find(boot.masters.begin(), boot.masters.end(), function) == boot.masters.end()) continue;
    let_master(boot, i, true);
    const auto entry = offer(probe(found.items[i], pool));
    if (entry.kind == DeviceKind::none) {
      let_master(boot, i, false);
      continue;
    }
    boot.devices.add(entry);
    busy[count++] = true;  // look once before trusting interrupts
  }
}

Status notify_backend(std::uint32_t number) {
  const std::uint32_t device = number / kNumbersPerDevice, which = number % kNumbersPerDevice;
  if (device >= count) return Status::bad_argument;
  auto& backend = *devices[bounded(device, count)];
  if (which == kControlNumber) {
    if (backend.control()) busy[device] = true;
  } else if (which < kDeviceQueues) {
    if (backend.notified(which)) busy[device] = true;
  } else {
    return Status::bad_argument;
  }
  return Status::ok;
}

bool serve_backends() {
  const EventMask happened{__atomic_exchange_n(&event_page.pending, 0, __ATOMIC_ACQUIRE)};
  constexpr auto kShutdown = static_cast<unsigned>(Event::shutdown);
  if (any(happened & event_bit(kShutdown))) raise_event(kShutdown);  // the guest's to obey
  if (any(happened & iommu_events())) report_iommu_faults(print);
  bool more = false;
  for (unsigned i = 0; i < count; ++i) {
    if (!busy[i] && !any(happened & devices[i]->events())) continue;
    busy[i] = devices[i]->serve();
    more |= busy[i];
  }
  return more;
}

bool console_within_line() { return guarded_console.within_line(); }

void reset_backends() {
  guarded_console.reset();
  for (unsigned i = 0; i < count; ++i) {
    devices[i]->reset();
    busy[i] = true;
  }
}

void quiet_backends() {
  for (unsigned i = 0; i < count; ++i) devices[i]->drain();
  mark_written();
}

void save_backends() {
  for (unsigned i = 0; i < count; ++i) saved[i] = devices[i]->save();
}

void restore_backends() {
  guarded_console.reset();
  for (unsigned i = 0; i < count; ++i) {
    (void)devices[i]->restore(saved[i]);  // its rings were good when it was saved
    busy[i] = true;
  }
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

void raise_event(unsigned event) { __atomic_or_fetch(&guest_event_page.pending, 1ull << event, __ATOMIC_RELEASE); }

}  // namespace wick::hv
