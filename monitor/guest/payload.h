// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's ELF file within the appliance's own (abi/appliance.h).

#include <expected>
#include <span>
#include <string>

#include "abi/appliance.h"

namespace wick::monitor {

struct Payload {
  int file;                             ///< open for reading; the guest's pages are mapped from it
  std::uint64_t offset;                 ///< of the guest's ELF file in it
  std::span<const std::uint8_t> bytes;  ///< the guest's ELF file, mapped
};

/// Opens the file, finds the trailer and checks the guest's checksum.
/// @return what is wrong in one sentence without a full stop: no appliance, cut short, altered
/// @param called how that names the file; nullptr: by its path
std::expected<Payload, std::string> open_payload(const char* path, const char* called = nullptr);

/// The file stays open, as memory is mapped from it; the bytes are gone.
void close_payload(Payload& payload);

}  // namespace wick::monitor
