// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Private keys that stay outside of this program: it has them sign, and never sees them (docs/keys.md). The manifest
// names them in [keys], and whoever starts the appliance gives them by --key NAME=FILE.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wick_key_kind { WICK_KEY_P256 = 1, WICK_KEY_P384 = 2, WICK_KEY_RSA = 3 };
enum wick_key_scheme { WICK_KEY_ECDSA = 1, WICK_KEY_RSA_PKCS1 = 2, WICK_KEY_RSA_PSS = 3 };
enum wick_key_hash { WICK_KEY_SHA256 = 4, WICK_KEY_SHA384 = 5, WICK_KEY_SHA512 = 6 };

#define WICK_KEY_MAX 1032   /* bytes of a public part or a signature */
#define WICK_KEY_DERIVED 64 /* bytes that wick_key_derive() gives */

struct wick_key_public {
  enum wick_key_kind kind;
  unsigned bits; /* of the curve, or of the modulus */
  /* An uncompressed point, or a modulus of bits / 8 bytes and an exponent of 4, high bytes first. */
  size_t length;
  uint8_t bytes[WICK_KEY_MAX];
};

/// All return 0, or -1 and errno: ENODEV where there is no key service, ENOENT for a key (or a period) that it doesn't
/// have, EINVAL for what this key can't do, EIO when the service is gone. None may be called by a handler of a signal.
int wick_key_describe(const char* name, struct wick_key_public* to);

/// @param digest of `hash`  @param signature room of WICK_KEY_MAX bytes; ECDSA's are DER  @param written its bytes
int wick_key_sign(const char* name, enum wick_key_scheme scheme, enum wick_key_hash hash, const void* digest,
                  size_t length, uint8_t* signature, size_t* written);

/// A secret for `label` (up to 64 bytes) that is the same in each life of this appliance until it is switched off, and
/// in no copy of it. It is another one in each period of two hours.
/// @param periods_ago 0 for now, 1 for the period before  @param seconds until the period ends; may be null
int wick_key_derive(const char* label, unsigned periods_ago, uint8_t to[WICK_KEY_DERIVED], uint32_t* seconds);

#ifdef __cplusplus
}
#endif
