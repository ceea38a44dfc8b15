// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Instead of OpenSSL's arithmetic for X448 and Ed448: no table of algorithms leads here (algorithms.py), but functions
// that serve several curves name it. It answers as those do that fail.
#include "crypto/ecx.h"

int ossl_x448(uint8_t secret[56], const uint8_t own[56], const uint8_t other[56]) {
  (void)secret, (void)own, (void)other;
  return 0;
}

void ossl_x448_public_from_private(uint8_t public_key[56], const uint8_t own[56]) {
  (void)own;
  for (int i = 0; i < 56; i++) public_key[i] = 0;
}

int ossl_ed448_public_from_private(OSSL_LIB_CTX* context, uint8_t public_key[57], const uint8_t own[57],
                                   const char* query) {
  (void)context, (void)public_key, (void)own, (void)query;
  return 0;
}

int ossl_ed448_sign(OSSL_LIB_CTX* context, uint8_t* signature, const uint8_t* message, size_t length,
                    const uint8_t public_key[57], const uint8_t own[57], const uint8_t* addition,
                    size_t addition_length, const char* query) {
  (void)context, (void)signature, (void)message, (void)length, (void)public_key, (void)own, (void)addition;
  (void)addition_length, (void)query;
  return 0;
}

int ossl_ed448_verify(OSSL_LIB_CTX* context, const uint8_t* message, size_t length, const uint8_t signature[114],
                      const uint8_t public_key[57], const uint8_t* addition, size_t addition_length,
                      const char* query) {
  (void)context, (void)message, (void)length, (void)signature, (void)public_key, (void)addition, (void)addition_length;
  (void)query;
  return 0;
}
