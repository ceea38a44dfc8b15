// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of libsodium that a signature needs, as one source: what of it nobody calls, the linker drops.
#include <stddef.h>

void sodium_memzero(void* bytes, size_t count) {
  for (volatile unsigned char* at = bytes; count; --count) *at++ = 0;
}

// Whether a signature fits is no secret.
int sodium_memcmp(const void* one, const void* other, size_t count) { return __builtin_memcmp(one, other, count); }

int sodium_is_zero(const unsigned char* bytes, size_t count) {
  unsigned char all = 0;
  for (; count; --count) all |= *bytes++;
  return all == 0;
}

#include "crypto_core/ed25519/ref10/ed25519_ref10.c"
#include "crypto_hash/sha512/cp/hash_sha512_cp.c"
#include "crypto_sign/ed25519/ref10/open.c"
#include "crypto_sign/ed25519/ref10/sign.c"
#include "crypto_verify/sodium/verify.c"
