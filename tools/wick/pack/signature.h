// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signing a slot, and telling by whom the slots of a disk are signed, by the very code that the boot stages have for
// it.

#include <optional>

#include "pack/raw_disk.h"
#include "pack/signing_key.h"

namespace wick::tool {

using Sha512Digest = std::array<std::uint8_t, boot::kDigestBytes>;

Sha512Digest sha512(std::string_view bytes);

/// What a signature speaks of besides the slot itself.
struct SignedDocuments {
  std::optional<Sha512Digest> manifest, sbom;
};

/// @param slot of slot_bytes()
void sign_slot(std::string& slot, const SecretKey& key, const SignedDocuments& documents);

struct FoundSlot {
  std::string partition;
  boot::SlotHeader header{};  ///< with 0 as its checksum
  std::string payload;
  std::string wrong;  ///< why a stage with the key refuses it, a sentence; empty: it doesn't
};

/// The slots of a disk that aren't empty, as a stage that holds `key` sees them.
/// Fails when it is no disk of `wick pack`, or can't be read.
Result<std::vector<FoundSlot>> judge_slots(const RawDisk& disk, const PublicKey& key);

}  // namespace wick::tool
