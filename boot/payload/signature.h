// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a slot is what the owner of a key has signed: Ed25519 over its header, which has the digest of its payload.

#include "payload/slot.h"

namespace wick::boot {

/// @param header with 0 as its checksum  @return what is wrong; null: nothing
const char* signature_fault(const SlotHeader& header, const uint8_t (&key)[kKeyBytes]);
/// Whether these are the bytes that a header speaks of, whose signature is right. @return likewise
const char* payload_fault(const SlotHeader& header, const uint8_t* payload);
/// Whether it is older than what was found good already: its owner has signed it, and has replaced it since.
const char* release_fault(const SlotHeader& header, uint64_t newest_good);

}  // namespace wick::boot
