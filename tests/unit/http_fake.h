// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A connection that keeps what a session writes, with as much room as a test allows, and a server with three files.

#include <string>

#include "answer.h"
#include "session.h"

namespace http::test {

class FakeOutput final : public Output {
 public:
  std::size_t write(std::string_view bytes, bool) override {
    std::size_t taken = bytes.size() < space ? bytes.size() : space;
    text += bytes.substr(0, taken);
    space -= taken;
    return taken;
  }
  std::size_t room() override { return space; }
  void want_room() override { wants_room = true; }
  void end(bool linger) override { ended = true, lingers = linger; }
  void abort() override { aborted = true; }
  std::string_view peer() override { return "192.0.2.1"; }

  std::string text;
  std::size_t space = 1 << 20;
  bool wants_room = false, ended = false, lingers = false, aborted = false;
};

inline const std::string& big_file() {
  static const std::string kContent(100'000, 'b');
  return kContent;
}

/// A server of its own, with the one table of files, which is made to stay.
inline Server make_server() {
  static const Server kServer = [] {
    const Entry entries[] = {
        {"/", {}, 0, true},
        {"/etc/secret.txt", "secret", 4, false},
        {"/www", {}, 0, true},
        {"/www/big.bin", big_file(), 3, false},
        {"/www/docs", {}, 0, true},
        {"/www/docs/index.html", "<p>docs", 2, false},
        {"/www/index.html", "<p>home", 1, false},
        {"/wwwroot/other.html", "other", 5, false},
    };
    Server server;
    server.files.fill(entries, "/www");
    return server;
  }();
  return kServer;
}

}  // namespace http::test
