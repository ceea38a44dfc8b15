// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Microsoft's Azure: each request says a version of the interface and that it is meant for this service. User data is
// Base64 there. No proxy is ever asked, as none is known here. Addresses are DHCP's.

#include "metadata/base64.h"
#include "metadata/sources/service.h"

namespace wick::metadata {

namespace {

constexpr const char* kWho = "azure's service";
constexpr http::Header kMeant = {"Metadata", "true"};

Finding find(Surroundings& around, Texts& to) {
  Text machine;  // that there is one
  const http::Outcome known =
      around.ask({"GET", "/metadata/instance/compute/vmId?api-version=2021-01-01&format=text", kMeant, {}}, machine);
  if (known.is != http::Outcome::Is::given) return absent(kWho, known);
  const WantedPath wanted[] = {
      {"/metadata/instance/compute/osProfile/computerName?api-version=2021-01-01&format=text", to.host_name},
      {"/metadata/instance/compute/userData?api-version=2021-01-01&format=text", to.user_data}};
  const Finding finding = read_paths(around, kWho, kMeant, {}, wanted);
  if (finding.fault) return finding;
  std::size_t bytes;
  if (!decode_base64(to.user_data.view(), to.user_data.bytes(), bytes)) return {true, "user-data", {"is no Base64"}};
  to.user_data.cut(bytes);
  return finding;
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"azure", Stage::network, find};

}  // namespace wick::metadata
