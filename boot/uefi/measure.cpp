// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What is about to run, told to a TPM 2.0 (TCG EFI Protocol Specification, family 2.0): who asks that later learns it,
// be it signed or not. The registers are those where GRUB has its command line and its files. The firmware has put this
// loader into PCR 4.

#include "uefi/stage.h"

namespace wick::uefi {
namespace {

constexpr uint32_t kInitialProgramLoader = 13;  // EV_IPL (TCG PC Client Platform Firmware Profile, §10.4.1)
constexpr uint32_t kHeaderRegister = 8, kPayloadRegister = 9;
constexpr uint16_t kHeaderVersion = 1;

/// @return whether the register has it; a log that is full leaves it out (§6.6.3)
bool measure(Tcg2& tpm, uint32_t pcr, const void* start, uint64_t bytes, const char* name) {
  Tcg2Event event = {
      sizeof event, offsetof(Tcg2Event, text) - sizeof event.bytes, kHeaderVersion, pcr, kInitialProgramLoader, {}};
  for (unsigned i = 0; i + 1 < sizeof event.text && name[i]; ++i) event.text[i] = name[i];
  const Status status = tpm.hash_log_extend_event(&tpm, 0, reinterpret_cast<uint64_t>(start), bytes, &event);
  return ok(status) || status == Status::volume_full;
}

}  // namespace

bool measure(const boot::Payload& payload) {
  void* found;
  if (!ok(firmware->boot->locate_protocol(&kTcg2, nullptr, &found))) return true;
  auto& tpm = *static_cast<Tcg2*>(found);
  Tcg2Capability capability = {};
  capability.bytes = sizeof capability;
  if (!ok(tpm.get_capability(&tpm, &capability)) || !capability.present) return true;
  return measure(tpm, kHeaderRegister, payload.header, sizeof *payload.header, "Wick: the header of a slot") &&
         measure(tpm, kPayloadRegister, payload.file, payload.header->payload_bytes, "Wick: the payload of a slot");
}

}  // namespace wick::uefi
