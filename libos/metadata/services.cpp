// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The step that asks sources which are services of a cloud, once the network has started and before the program does.
// All of them together delay it by two seconds at most, an address by DHCP included; whoever answers at once delays it
// by what that takes. Linked when the manifest names such a source.

#include "boot/init.h"
#include "metadata/http/exchange.h"
#include "metadata/search.h"
#include "time/clock.h"

namespace wick::metadata {

namespace {

constexpr Nanoseconds kMost = time::milliseconds(2000);

class Services final : public Surroundings {
 public:
  http::Outcome ask(const http::Request& request, Text& to) override {
    if (raw(time::now()) >= raw(until_)) return {http::Outcome::Is::fault, "is not asked, as the 2 s are over"};
    if (!http::wait_for_address(until_))
      return {http::Outcome::Is::fault, "is not asked, as the network has had no IPv4 address for 2 s"};
    return http::ask(request, to, until_);
  }

 private:
  Nanoseconds until_ = time::deadline(kMost);
};

Status ask_services() {
  Services services;
  return search(Stage::network, services);
}

}  // namespace

WICK_INIT_STEP(51, "instance-data", ask_services);

}  // namespace wick::metadata
