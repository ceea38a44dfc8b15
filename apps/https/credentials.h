// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A certificate with its chain and private key, from text in PEM, made into what OpenSSL serves connections with.

#include <openssl/ssl.h>

#include <cstdint>
#include <string_view>

namespace https {

/// Why text can't serve, in words that end a sentence.
struct Refusal {
  char text[160];
};

struct Credentials {
  SSL_CTX* context = nullptr;  ///< the caller's to free
  std::int64_t ends = 0;       ///< when the certificate expires, in seconds since 1970
};

/// TLS 1.2 and 1.3 with ciphers that keep what was said secret when the key is stolen later, and no others.
/// @param certificates PEM: the server's own first, then those that lead to one that clients know
/// @param key PEM, without a password; may be the same text; or the name of a key of the key service (service_key.h)
/// @return without a context when they can't serve: `refusal` says why
[[nodiscard]] Credentials load_credentials(std::string_view certificates, std::string_view key, Refusal& refusal);

}  // namespace https
