// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page of /metrics, in Prometheus' text format (version 0.0.4).

#include <string_view>

#include "server.h"
#include "text.h"

namespace http {

/// Writes one number with its description. @param type "counter" or "gauge"
void metric(Text& page, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value);

/// In memory from malloc(); empty when there is none.
std::string_view write_metrics(const Server& server);

}  // namespace http
