// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One request and its answer over a TCP connection of its own, on the network stack that is up and whose turns nobody
// else takes yet.

#include "abi/types.h"
#include "metadata/http/request.h"
#include "metadata/text.h"

namespace wick::metadata::http {

/// Takes the stack's turns until the interface that routes by default has an IPv4 address.
[[nodiscard]] bool wait_for_address(Nanoseconds until);

/// Asks port 80 of the address that clouds have for their instances' data. @param to what is answered
Outcome ask(const Request& request, Text& to, Nanoseconds until);

}  // namespace wick::metadata::http
