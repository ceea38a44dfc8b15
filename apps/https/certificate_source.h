// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where certificate and key come from: files of the appliance or of a volume, or the settings it was started with. What
// changes while connections are served is read beside them and made use of by the network's thread, the only one that
// calls OpenSSL: what is called back there must never wait for another thread.

#include "text.h"

namespace https {

struct Source {
  const char* certificates;  ///< path; what the variable TLS_PEM holds goes before it
  const char* key;           ///< path, or "wick:NAME" (service_key.h); null: the same file
};

/// Serves with what is there now. @return false: a sentence says what is wrong with it
bool load_first(const Source& source);

/// Looks every `seconds` for another content, for ever, and warns of a certificate's end. Blocks the calling thread.
[[noreturn]] void watch(const Source& source, unsigned seconds);

/// For http::Server::more_metrics.
void write_tls_metrics(http::Text& page);

}  // namespace https
