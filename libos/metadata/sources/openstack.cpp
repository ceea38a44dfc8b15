// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// OpenStack's service, which has the documents of its configuration drive. network_data.json isn't asked for: the
// network over which the answer would come is there.

#include "metadata/sources/service.h"

namespace wick::metadata {

namespace {

constexpr const char* kWho = "openstack's service";

Finding find(Surroundings& around, Texts& to) {
  const http::Outcome known = around.ask({"GET", "/openstack/latest/meta_data.json", {}, {}}, to.meta_data);
  if (known.is != http::Outcome::Is::given) return absent(kWho, known);
  to.form = Form::openstack;
  const WantedPath wanted[] = {{"/openstack/latest/user_data", to.user_data}};
  return read_paths(around, kWho, {}, {}, wanted);
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"openstack", Stage::network, find};

}  // namespace wick::metadata
