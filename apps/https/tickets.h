// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Session tickets: what a client hands back to resume is encrypted by keys that are replaced every two hours. Where
// there is a key service (docs/keys.md) it derives them, so that a restart of the appliance goes on with those of
// before; elsewhere they exist in this memory only and are new in each life. Never can a copy open what another one has
// sealed.

#include <openssl/ssl.h>

namespace https {

inline constexpr long kTicketSeconds = 7200;  ///< a ticket is good for so long

/// Seals and opens the tickets of this context's connections. All contexts share the keys.
void use_tickets(SSL_CTX* context);

}  // namespace https
