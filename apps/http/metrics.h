// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page of /metrics, in Prometheus' text format (version 0.0.4).

#include <string_view>

#include "server.h"

namespace http {

/// In memory from malloc(); empty when there is none.
std::string_view write_metrics(const Server& server);

}  // namespace http
