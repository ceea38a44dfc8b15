// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How an appliance lies on a disk: a partition, the slot, begins with this header; the payload, an ELF file and what
// the configuration block may add, follows it. `wick pack` writes it, both boot stages check it. Includes nothing that
// a program without a C library hasn't.

#include <stddef.h>
#include <stdint.h>

#include "payload/gpt.h"

namespace wick::boot {

inline constexpr uint64_t kSlotMagic = 0x544f4c534b434957;  // "WICKSLOT"
inline constexpr uint32_t kSlotVersion = 1;
inline constexpr unsigned kMaxArgumentBytes = 2048;  ///< of the boot line, its NUL among them: what hv keeps
inline constexpr unsigned kMaxModuleBytes = 8192;    ///< likewise

inline constexpr unsigned kKeyBytes = 32, kSignatureBytes = 64;  ///< Ed25519 (RFC 8032, §5.1)
inline constexpr unsigned kDigestBytes = 64;                     ///< SHA-512 (FIPS 180-4)
/// What stands in a stage that asks for signatures until `wick pack` puts the public key there.
inline constexpr char kKeyPlace[kKeyBytes + 1] = "wick pack puts a public key here";
/// What stands before the key there, so that `wick update` finds it on a disk.
inline constexpr char kKeyMark[kKeyBytes + 1] = "wick: slots are signed by a key:";

inline constexpr uint64_t kFirstMib = 1 << 20, kFirstGib = 1 << 30;  ///< the stages put a payload between them

/// The head of a slot; the payload begins behind it.
struct SlotHeader {
  uint64_t magic;
  uint32_t version;
  uint32_t payload_checksum;  ///< CRC-32C (RFC 3720, B.4) of all its bytes
  uint64_t payload_bytes;
  uint64_t module_at;   ///< of the configuration block within the payload; payload_bytes: there is none
  uint64_t memory_end;  ///< physical address behind all that the segments take
  uint64_t release;  ///< what was signed for a lower number than one that was found good is refused; 0: never counted
  uint8_t reserved[460];
  uint32_t checksum;  ///< CRC-32C of this whole header with 0 here
  char arguments[kMaxArgumentBytes];
  // Of a signed slot; zeros in others.
  uint8_t signer[kKeyBytes];  ///< whose signature it is: says which key is wanted, and is no reason to trust it
  uint8_t payload_digest[kDigestBytes];
  uint8_t manifest_digest[kDigestBytes], sbom_digest[kDigestBytes];  ///< zeros: the signature doesn't speak of it
  uint8_t more[1248];
  uint8_t signature[kSignatureBytes];  ///< of a SlotStatement
};
static_assert(sizeof(SlotHeader) == 4096 && offsetof(SlotHeader, arguments) == 512 &&
              offsetof(SlotHeader, signer) == 2560 && offsetof(SlotHeader, signature) == 4032);

/// What is signed: nothing else that a key ever signs begins with these words.
struct SlotStatement {
  char purpose[64];
  uint8_t header_digest[kDigestBytes];  ///< of the header up to its signature, with 0 as its checksum
};
static_assert(sizeof(SlotStatement) == 128);
inline constexpr SlotStatement kSlotStatement = {"Wick: the header of a slot, version 1", {}};

inline constexpr unsigned kSlotHeaderSectors = sizeof(SlotHeader) / kSectorBytes;

/// Type of a slot's partition: 7769636b-736c-6f74-8001-000000000001, as its bytes lie on the disk.
inline constexpr uint8_t kSlotType[16] = {0x6b, 0x63, 0x69, 0x77, 0x6c, 0x73, 0x74, 0x6f, 0x80, 0x01, 0, 0, 0, 0, 0, 1};

}  // namespace wick::boot
