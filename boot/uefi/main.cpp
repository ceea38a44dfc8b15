// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// UEFI's boot stage, \EFI\BOOT\BOOTX64.EFI: finds the payload on its own disk and starts it by Linux' 64-bit boot
// protocol. Each failure is said in a sentence and given back, so that the firmware tries its next boot option. Load
// options are not looked at: a variable that anybody may have written, or that firmware filled with a GUID of its own,
// is no place for an appliance's arguments; those are the slot's.

#include "uefi/stage.h"

namespace wick::uefi {

SystemTable* firmware;
TextOutput* console;

namespace {

using boot::kFirstGib;
using boot::kFirstMib;

Status refuse(Status status, const char* why) {
  boot::say(why);
  free_room();
  return status;
}

uint64_t find_root_pointer() {
  uint64_t first = 0;
  for (uint64_t i = 0; i < firmware->table_count; ++i) {
    const auto& table = firmware->tables[i];
    if (table.kind == kAcpi2) return table.address;
    if (table.kind == kAcpi1) first = table.address;
  }
  return first;
}

/// The map has to be read again when firmware changed it meanwhile (§7.4.6).
/// @return what is wrong; null: boot services have ended
const char* leave_firmware(Handle image, HandOver& to, const boot::Payload& payload) {
  for (unsigned tries = 0; tries < 2; ++tries) {
    uint64_t key;
    to.parameters.begin(find_root_pointer());
    to.parameters.set_arguments(to.arguments);
    to.parameters.set_module(to.module, payload.module_bytes());
    if (!add_memory(to.parameters, key)) return "wick: the firmware's memory map has too many pieces.\r\n";
    if (!to.parameters.has_ram(kFirstMib, payload.header->memory_end))
      return "wick: the firmware took the payload's memory.\r\n";
    if (ok(firmware->boot->exit_boot_services(image, key))) return nullptr;
    console = nullptr;  // nothing but memory can be asked for now
  }
  return "wick: the firmware does not end its boot services.\r\n";
}

Status run(Handle image) {
  if (const Status opened = open_disk(image); !ok(opened)) return opened;
  boot::Payload payload;
  if (!boot::find_payload(payload)) {
    free_room();
    return Status::load_error;
  }
  if (!measure(payload))
    return refuse(Status::device_error, "wick: the TPM does not take the measure of the payload.\r\n");
  auto* place = static_cast<HandOver*>(take_pages(sizeof(HandOver) / kPage, payload.header->memory_end, kFirstGib));
  if (!place) return refuse(Status::out_of_resources, "wick: this machine has too little memory below 1 GiB.\r\n");
  prepare(*place);
  __builtin_memcpy(place->arguments, boot::boot_line(payload), sizeof payload.header->arguments);
  __builtin_memcpy(place->module, payload.module(), payload.module_bytes());
  if (const char* wrong = leave_firmware(image, *place, payload)) {
    firmware->boot->free_pages(reinterpret_cast<uint64_t>(place), sizeof(HandOver) / kPage);
    return refuse(Status::load_error, wrong);
  }
  // It may hold a secret; hv clears the copy, and this one becomes the guest's heap.
  __builtin_memset(const_cast<uint8_t*>(payload.module()), 0, payload.module_bytes());
  start(*place, payload.file);
}

}  // namespace
}  // namespace wick::uefi

extern "C" wick::uefi::Status efi_main(wick::uefi::Handle image, wick::uefi::SystemTable* system) {
  wick::uefi::firmware = system;
  wick::uefi::console = system->output;
  return wick::uefi::run(image);
}
