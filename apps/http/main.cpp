// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The appliance: embedded files over HTTP/1.1 on the event API. Its arguments are in docs/http.md.

#include <stdio.h>
#include <wick/net.h>

#include "application.h"

namespace {

http::Server server;
http::Clients clients(server);

}  // namespace

int main(int count, char** arguments) {
  http::Options options{.program = "http", .port = 80};
  server.max_connections = static_cast<unsigned>(wick::net::statistics().connection_limit);
  for (int at = 1; at < count;) {
    const int taken = take_option(options, server, arguments[at], at + 1 < count ? arguments[at + 1] : nullptr);
    if (taken == 0) {
      http::say(stderr, "http: unknown argument ", arguments[at]);
      return 2;
    }
    at += taken;
  }
  if (!start(options, server, clients)) return 1;
  wick::net::serve();
}
