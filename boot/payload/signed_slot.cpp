// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// For a stage that holds a key: what that key has not signed isn't started.

#include "payload/load.h"
#include "payload/signature.h"

extern "C" const uint8_t stage_key[wick::boot::kKeyBytes];  // key.S: its bytes are known when a disk is packed

namespace wick::boot {

const char* judge_header(const SlotHeader& header) { return signature_fault(header, stage_key); }
const char* judge_payload(const SlotHeader& header, const uint8_t* payload) { return payload_fault(header, payload); }
const char* judge_release(const SlotHeader& header, uint64_t newest_good) { return release_fault(header, newest_good); }
const uint8_t* wanted_key() { return stage_key; }

}  // namespace wick::boot
