// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Requests of all kinds, cut into pieces, to a reader that is sometimes slow. Held: no crash, every byte taken is
// accounted for, answers begin with a status line, and nothing is written behind the end.

#include <cstdlib>

#include "../unit/http_fake.h"

using namespace http;
using namespace http::test;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server server = make_server();
  server.date = [] { return std::string_view("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); };
  server.metrics = [](const Server&) {
    auto* page = static_cast<char*>(std::malloc(5));
    std::memcpy(page, "page\n", 5);
    return std::string_view(page, 5);
  };
  FakeOutput output;
  Session session(server, output);
  std::string pending;
  bool paused = false;
  for (std::size_t at = 0; at < size && !output.ended && !output.aborted;) {
    // A control byte says how long the next piece is and how fast the peer reads.
    const std::uint8_t control = data[at++];
    std::size_t length = control & 0x3f;
    if (length == 0x3f) length = size;
    if (length > size - at) length = size - at;
    output.space = (control & 0x40) != 0 ? 1 << 20 : 9000;
    pending.append(reinterpret_cast<const char*>(data + at), length);
    at += length;
    if (paused) paused = !session.writable();
    if (paused || output.ended) continue;
    const std::size_t used = session.received(pending);
    require(used <= pending.size());
    paused = used < pending.size();
    require(!paused || output.wants_room || output.ended);
    pending.erase(0, used);
  }
  require(output.text.empty() || output.text.starts_with("HTTP/1.1 "));
  return 0;
}
