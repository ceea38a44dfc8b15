// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The rest of the boot story behind a wall: check the image's notes, cut the memory, list what is the guest's, start
// back ends and wall, and run. Nothing is allocated afterwards.

#include "machine/enter.h"

#include <span>

#include "arch/guest_format.h"
#include "arch/guest_paging.h"
#include "arch/speculation.h"
#include "arch/wipe.h"
#include "base/command_line.h"
#include "devices/iommu/iommu.h"
#include "devices/masters.h"
#include "machine/backends.h"
#include "machine/drivers.h"
#include "machine/guest.h"
#include "platform/platform.h"
#include "platform/print.h"
#include "wall/choose.h"

extern "C" const char wick_dma_size[], wick_notes_start[], wick_notes_end[], wick_data_start[], wick_data_end[];

namespace wick::hv {
namespace {

MemoryRange take(MemoryRange& free, std::uint64_t length) {
  const auto taken = take_front(free, length);
  if (taken.length < length) refuse("the machine has too little memory for this image");
  return taken;
}

void place_trap() {
  std::uint8_t code[sizeof wall->trap + sizeof kReturnCode];
  __builtin_memcpy(code, wall->trap, wall->trap_length);
  __builtin_memcpy(code + wall->trap_length, kReturnCode, sizeof kReturnCode);
  write_code(guest.notes.entry.trap, code, wall->trap_length + sizeof kReturnCode);
}

}  // namespace

void enter_guest(Boot& boot, MemoryRange free) {
  const auto* notes = reinterpret_cast<const std::uint8_t*>(wick_notes_start);
  const auto length = static_cast<std::size_t>(wick_notes_end - wick_notes_start);
  if (const char* wrong = read_notes({notes, length}, guest.notes)) refuse(wrong);
  if (boot.has_machine) stop_masters(boot);
  choose_devices(boot);
  start_wiping();
  guard_speculation();
  guest.boot = &boot;
  wall = choose_wall(command_line_value(boot.command_line, "wick.wall"), guest.notes.abi.flags & kWallRequired);
  place_trap();

  const auto& more = boot.more_memory;
  const auto last = more.count ? more.items[more.count - 1] : free;
  const auto tables = take(free, guest_tables_length(last.start + last.length));
  wipe_pages(tables.start, tables.length);
  guest.pristine = take(free, whole_pages(static_cast<std::uint64_t>(wick_data_end - wick_data_start)));
  guest.reserve = take(free, whole_pages(guest.notes.restart.reserve));
  const auto own_dma = take(free, whole_pages(drivers_dma(boot)));
  guest.dma = take(free, address_of(wick_dma_size));
  guest.heap = free;
  list_guest_memory(tables);
  const auto room = take(guest.heap, wall->memory(guest_map));
  wipe_pages(room.start, room.length);
  Domain domain{guest_map, own_dma, false};
  const auto iommu_room = take(guest.heap, boot.has_machine ? find_iommu(boot.rsdp, domain, print) : 0);
  wipe_pages(iommu_room.start, iommu_room.length);
  list_guest_memory(tables);  // with what is left for the heap

  keep_pristine_data();
  if (const char* trouble = start_iommu(domain, boot, iommu_room)) refuse(trouble);
  drivers::DmaPool pool(own_dma.start, own_dma.length);
  start_backends(boot, pool);
  if (!ok(build_guest_tables(guest_map, tables))) refuse("the guest's page tables don't fit into the memory for them");
  if (!ok(wall->start(guest_map, room))) refuse("the wall's page tables don't fit into the memory for them");
  run_guest();
}

}  // namespace wick::hv
