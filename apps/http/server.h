// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What all connections of the server share: files, limits, counters and the access log. One thread, so plain fields.

#include <cstdint>
#include <string_view>

#include "files.h"
#include "request.h"
#include "text.h"

namespace http {

struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t by_class[6] = {};  ///< answers by the first digit of their status
  std::uint64_t body_bytes = 0, head_bytes = 0;
  std::uint64_t accepted = 0, open = 0, refused = 0, timed_out = 0, displaced = 0;
};

struct Server {
  Files files;
  Counters counters;
  unsigned max_connections = 64;
  unsigned idle_seconds = 60;  ///< after which a silent connection is closed, also one that takes nothing of its answer
  unsigned head_seconds = 20;  ///< for a request's head to be complete, from its first bytes
  unsigned body_seconds = 60;  ///< for the body behind it
  bool log_requests = false;

  std::string_view (*date)() = [] { return std::string_view(); };
  /// The page of /metrics, in memory that malloc() gave and the caller frees; empty when there is none to be had.
  std::string_view (*metrics)(const Server&) = nullptr;
  /// Writes what else there is to tell onto that page.
  void (*more_metrics)(Text& page) = nullptr;
  /// Writes one line of the access log.
  void (*log)(const Server&, std::string_view peer, const Request*, int status, std::uint64_t bytes) = nullptr;

  void count(int status, std::size_t head, std::size_t body) {
    ++counters.requests;
    ++counters.by_class[status / 100];
    counters.head_bytes += head;
    counters.body_bytes += body;
  }
};

}  // namespace http
