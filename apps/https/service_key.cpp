// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "service_key.h"

#include <errno.h>
#include <stdio.h>
#include <wick/tls_key.h>

#include <string>

#include "credentials.h"

namespace https {
namespace {

constexpr std::string_view kPrefix = "wick:";

}  // namespace

bool is_service_key(std::string_view name) { return name.starts_with(kPrefix); }

EVP_PKEY* service_key(std::string_view name, Refusal& refusal) {
  const std::string own(name.substr(kPrefix.size()));
  EVP_PKEY* const key = wick_tls_key(own.c_str());
  if (key) return key;
  snprintf(refusal.text, sizeof(refusal.text),
           errno == ENODEV   ? "needs the key %s of a key service, which nobody here offers"
           : errno == ENOENT ? "needs the key %s, which the key service doesn't have"
                             : "needs the key %s, which the key service can't be asked for",
           own.c_str());
  return nullptr;
}

}  // namespace https
