// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk that starts an appliance by itself, without another boot loader.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/output_file.h"
#include "pack/secure_boot.h"
#include "pack/signing_key.h"

namespace wick::tool {

struct DiskContent {
  std::string slot;                              ///< of slot_bytes()
  std::string build_id;                          ///< of the image, in hexadecimal
  std::optional<PublicKey> trusted = {};         ///< whose signature the stages ask for
  std::optional<FirmwareKey> firmware_key = {};  ///< by which the loader for UEFI is signed
  struct Slots {
    unsigned count = 1;
    std::uint64_t bytes = 0;    ///< of each of two, whole 4 KiB; one is as large as what is in it
    std::uint64_t release = 0;  ///< of what is in the first
  } slots = {};
  struct Volume {
    std::string serial;
    std::uint64_t bytes = 0;  ///< whole sectors
    fs::path content = {};    ///< a raw disk of no more bytes; empty: zeros
  };
  std::vector<Volume> volumes;
};

/// Writes the whole disk, the same bytes for the same content, with holes where nothing is.
Result<void> write_disk(const DiskContent& content, OutputFile& to);

}  // namespace wick::tool
