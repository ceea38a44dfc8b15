// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A private key of the key service (wick/key.h) as OpenSSL takes one: for SSL_CTX_use_PrivateKey() and
// EVP_DigestSign().

#include <openssl/evp.h>

#ifdef __cplusplus
extern "C" {
#endif

/// @return the key that the manifest calls `name`, the caller's to free; null and errno as wick_key_describe() has it
EVP_PKEY* wick_tls_key(const char* name);

#ifdef __cplusplus
}
#endif
