// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "access_log.h"

#include <stdio.h>
#include <time.h>

namespace http {
namespace {

/// As a JSON string: what a client sends must not be able to break the line.
void write_string(Text& line, std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  line << "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      const char escaped[] = {'\\', c};
      line << std::string_view(escaped, 2);
    } else if (byte < 0x20 || byte >= 0x7f) {
      const char escaped[] = {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
      line << std::string_view(escaped, 6);
    } else {
      line << std::string_view(&c, 1);
    }
  }
  line << "\"";
}

}  // namespace

void write_log_line(Text& line, std::uint64_t milliseconds, std::string_view peer, const Request* request, int status,
                    std::uint64_t bytes) {
  line << "{\"ms\":" << milliseconds << ",\"peer\":";
  write_string(line, peer);
  if (request) {
    line << ",\"method\":";
    write_string(line, request->method_name.substr(0, 32));
    line << ",\"target\":";
    write_string(line, request->target.substr(0, 256));
  }
  line << ",\"status\":" << static_cast<std::uint64_t>(status) << ",\"bytes\":" << bytes << "}\n";
}

void log_request(const Server&, std::string_view peer, const Request* request, int status, std::uint64_t bytes) {
  char room[2048];
  Text line(room);
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) clock_gettime(CLOCK_MONOTONIC, &now);
  auto milliseconds = static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000000;
  write_log_line(line, milliseconds, peer, request, status, bytes);
  fwrite(line.view().data(), 1, line.view().size(), stdout);
  fflush(stdout);
}

}  // namespace http
