// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/signature.h"

#include <fmt/format.h>
#include <sodium/crypto_hash_sha512.h>

#include <algorithm>
#include <cstring>

#include "abi/host/checksum.h"
#include "base/stored.h"
#include "boot/payload/signature.h"
#include "pack/partitions.h"
#include "pack/slot_record.h"

namespace wick::tool {
namespace {

using boot::kSectorBytes;
using boot::SlotHeader;

/// A header's checksum fits, and is 0 afterwards, as it was when somebody signed it.
bool take_checksum(SlotHeader& header) {
  const std::uint32_t said = header.checksum;
  header.checksum = 0;
  return crc32c(view_of(header)) == said;
}

/// In the order of the stages (boot/payload/load.cpp).
Result<std::string> judge(const RawDisk& disk, const Partition& partition, const PublicKey& key, FoundSlot& slot) {
  if (slot.header.version != boot::kSlotVersion) return "its header is of a version that this tool does not know.";
  if (!take_checksum(slot.header)) return "its header does not have its checksum.";
  std::uint8_t trusted[boot::kKeyBytes];
  std::ranges::copy(key, trusted);
  if (const char* wrong = boot::signature_fault(slot.header, trusted)) return wrong;
  const std::uint64_t room = partition.sectors * kSectorBytes - sizeof slot.header, bytes = slot.header.payload_bytes;
  if (bytes > boot::kFirstGib || bytes > room || slot.header.module_at > bytes) return "its header makes no sense.";
  slot.payload.resize(bytes);
  const std::uint64_t at = partition.first * kSectorBytes + sizeof slot.header;
  if (auto done = disk.read_all(at, std::as_writable_bytes(std::span(slot.payload))); !done)
    return std::unexpected(done.error());
  const char* wrong = boot::payload_fault(slot.header, reinterpret_cast<const std::uint8_t*>(slot.payload.data()));
  return wrong ? wrong : "";
}

}  // namespace

Sha512Digest sha512(std::string_view bytes) {
  Sha512Digest digest;
  crypto_hash_sha512(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

void sign_slot(std::string& slot, const SecretKey& key, const SignedDocuments& documents) {
  SlotHeader header;
  std::memcpy(&header, slot.data(), sizeof header);
  header.checksum = 0;
  std::ranges::copy(key.public_key(), header.signer);
  std::ranges::copy(sha512(std::string_view(slot).substr(sizeof header, header.payload_bytes)), header.payload_digest);
  if (documents.manifest) std::ranges::copy(*documents.manifest, header.manifest_digest);
  if (documents.sbom) std::ranges::copy(*documents.sbom, header.sbom_digest);
  boot::SlotStatement statement = boot::kSlotStatement;
  std::ranges::copy(sha512(view_of(header).substr(0, offsetof(SlotHeader, signature))), statement.header_digest);
  std::ranges::copy(key.sign(view_of(statement)), header.signature);
  header.checksum = crc32c(view_of(header));
  std::memcpy(slot.data(), &header, sizeof header);
}

Result<std::vector<FoundSlot>> judge_slots(const RawDisk& disk, const PublicKey& key) {
  auto partitions = read_partitions(disk);
  if (!partitions) return std::unexpected(partitions.error());
  auto record = slot_record(disk, *partitions);
  if (!record) return std::unexpected(record.error());
  std::vector<FoundSlot> slots;
  unsigned number = 0;
  for (const Partition& partition : *partitions) {
    if (partition.type != kSlotType) continue;
    // What an update that was cut off has left there is nothing that starts.
    const bool is_empty = *record && !(*record)->slots[number++].priority;
    if (is_empty || partition.sectors < boot::kSlotHeaderSectors) continue;
    FoundSlot slot{.partition = partition.name, .header = {}, .payload = {}, .wrong = {}};
    auto read = disk.read_all(partition.first * kSectorBytes, std::as_writable_bytes(std::span(&slot.header, 1)));
    if (!read) return std::unexpected(read.error());
    if (slot.header.magic != boot::kSlotMagic) continue;
    auto wrong = judge(disk, partition, key, slot);
    if (!wrong) return std::unexpected(wrong.error());
    slot.wrong = *wrong;
    slots.push_back(std::move(slot));
  }
  return slots;
}

}  // namespace wick::tool
