// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Amazon's EC2: the second version of its service (IMDSv2), which gives a token for a PUT and answers nothing without
// it. The first version is never asked, as whoever makes a program fetch a URL could ask it, too. Addresses are DHCP's.

#include <algorithm>

#include "metadata/sources/service.h"

namespace wick::metadata {

namespace {

constexpr const char* kWho = "ec2's service";

/// A header's value that can't be anything else.
bool is_token(std::string_view text) {
  constexpr std::size_t kMost = 1024;
  return !text.empty() && text.size() <= kMost && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Finding find(Surroundings& around, Texts& to) {
  Text token;
  const http::Outcome given =
      around.ask({"PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds", "60"}, {}}, token);
  if (given.is != http::Outcome::Is::given) return absent(kWho, given);
  if (!is_token(token.view())) return {false, kWho, {"gives a token that is none"}};
  const WantedPath wanted[] = {{"/latest/meta-data/local-hostname", to.host_name}, {"/latest/user-data", to.user_data}};
  return read_paths(around, kWho, {"X-aws-ec2-metadata-token", token.view()}, {}, wanted);
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"ec2", Stage::network, find};

}  // namespace wick::metadata
