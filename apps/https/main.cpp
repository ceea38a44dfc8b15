// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The appliance: embedded files over HTTP/1.1 within TLS. The server is that of apps/http; docs/tls.md has the
// arguments.

#include <stdio.h>
#include <string.h>
#include <wick/net.h>

#include "application.h"
#include "certificate_source.h"
#include "secure_client.h"

namespace {

http::Server server;
http::Clients clients(server, https::SecureClient::make);

}  // namespace

int main(int count, char** arguments) {
  http::Options options{.program = "https", .port = 443};
  https::Source source{"/etc/tls/server.pem", nullptr};
  unsigned reload_seconds = 30;
  server.max_connections = static_cast<unsigned>(wick::net::statistics().connection_limit);
  server.more_metrics = https::write_tls_metrics;
  for (int at = 1; at < count;) {
    const char* name = arguments[at];
    const char* value = at + 1 < count ? arguments[at + 1] : nullptr;
    int taken = take_option(options, server, name, value);
    if (taken == 0 && value) {
      taken = 2;
      if (strcmp(name, "--certificate") == 0) {
        source.certificates = value;
      } else if (strcmp(name, "--key") == 0) {
        source.key = value;
      } else if (strcmp(name, "--reload-seconds") == 0) {
        reload_seconds = number_argument(options, value, 1, 86400);
      } else {
        taken = 0;
      }
    }
    if (taken == 0) {
      fprintf(stderr, "https: unknown argument %s\n", name);
      return 2;
    }
    at += taken;
  }
  if (!https::load_first(source) || !start(options, server, clients)) return 1;
  https::watch(source, reload_seconds);
}
