// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A private key that isn't in this memory: "wick:NAME" in the place of a file, for a key of the key service
// (docs/keys.md).

#include <openssl/evp.h>

#include <string_view>

namespace https {

struct Refusal;

/// Whether it is one, as opposed to a path or to PEM.
bool is_service_key(std::string_view name);

/// @return the caller's to free; null: `refusal` says why
EVP_PKEY* service_key(std::string_view name, Refusal& refusal);

}  // namespace https
