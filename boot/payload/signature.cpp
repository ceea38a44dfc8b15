// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/signature.h"

#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_sign_ed25519.h>

namespace wick::boot {
namespace {

static_assert(kKeyBytes == crypto_sign_ed25519_PUBLICKEYBYTES && kSignatureBytes == crypto_sign_ed25519_BYTES &&
              kDigestBytes == crypto_hash_sha512_BYTES);

constexpr uint8_t kNobody[kKeyBytes] = {};

}  // namespace

const char* signature_fault(const SlotHeader& header, const uint8_t (&key)[kKeyBytes]) {
  if (__builtin_memcmp(header.signer, kNobody, sizeof kNobody) == 0) return "it is not signed.";
  if (__builtin_memcmp(header.signer, key, sizeof key) != 0) return "it is signed by another key.";
  SlotStatement statement = kSlotStatement;
  crypto_hash_sha512(statement.header_digest, reinterpret_cast<const uint8_t*>(&header),
                     offsetof(SlotHeader, signature));
  const auto* message = reinterpret_cast<const uint8_t*>(&statement);
  return crypto_sign_ed25519_verify_detached(header.signature, message, sizeof statement, key) == 0
             ? nullptr
             : "its header is not the one that was signed.";
}

const char* payload_fault(const SlotHeader& header, const uint8_t* payload) {
  uint8_t digest[kDigestBytes];
  crypto_hash_sha512(digest, payload, header.payload_bytes);
  return __builtin_memcmp(digest, header.payload_digest, sizeof digest) == 0
             ? nullptr
             : "its payload is not the one that was signed.";
}

const char* release_fault(const SlotHeader& header, uint64_t newest_good) {
  return header.release < newest_good ? "it is older than what has been found good here." : nullptr;
}

}  // namespace wick::boot
