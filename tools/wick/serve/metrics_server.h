// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page of `wick serve --metrics`: whatever is asked for at that port of 127.0.0.1 gets it, and one reader at a
// time.

#include "serve/metrics.h"
#include "serve/poller.h"

namespace wick::tool {

class MetricsServer {
 public:
  MetricsServer(Poller& poller, const Metrics& metrics) : poller_(poller), metrics_(metrics) {}

  /// @param listening socket
  void begin(int listening);
  /// A reader comes; it gets the page once it has said something.
  void called();
  void heard();

 private:
  void end_reader();

  Poller& poller_;
  const Metrics& metrics_;
  int listening_ = -1, reader_ = -1;
};

}  // namespace wick::tool
