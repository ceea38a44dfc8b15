// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The access log: one JSON object a line on standard output. Off by default, because a console costs far more than a
// request; switched on by the argument --access-log.

#include <string_view>

#include "server.h"
#include "text.h"

namespace http {

/// @param request nullptr when no request could be made of the bytes
void log_request(const Server& server, std::string_view peer, const Request* request, int status, std::uint64_t bytes);

/// The line itself, for tests.
void write_log_line(Text& line, std::uint64_t milliseconds, std::string_view peer, const Request* request, int status,
                    std::uint64_t bytes);

}  // namespace http
