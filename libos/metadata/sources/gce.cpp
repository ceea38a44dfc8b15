// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Google's Compute Engine: each request and each answer bears the header that tells whose service it is. Addresses are
// DHCP's.

#include "metadata/sources/service.h"

namespace wick::metadata {

namespace {

constexpr const char* kWho = "gce's service";
constexpr http::Header kFlavor = {"Metadata-Flavor", "Google"};

Finding find(Surroundings& around, Texts& to) {
  const http::Outcome named =
      around.ask({"GET", "/computeMetadata/v1/instance/hostname", kFlavor, kFlavor}, to.host_name);
  if (named.is != http::Outcome::Is::given) return absent(kWho, named);
  const WantedPath wanted[] = {{"/computeMetadata/v1/instance/attributes/user-data", to.user_data}};
  return read_paths(around, kWho, kFlavor, kFlavor, wanted);
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"gce", Stage::network, find};

}  // namespace wick::metadata
