// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "trace/log_buffer.h"

using wick::log::Buffer;

TEST_CASE("The log keeps the last whole lines, oldest first") {
  char bytes[64];
  std::uint32_t length = 99;
  Buffer buffer(bytes, sizeof(bytes), &length);
  CHECK(buffer.length() == 0);
  std::string all;
  for (int i = 0; i < 100; i++) {
    const std::string line = "line " + std::to_string(i) + "\n";
    all += line;
    buffer.append(line.data(), static_cast<std::uint32_t>(line.size()));
    const std::string kept(buffer.bytes(), buffer.length());
    CHECK(all.ends_with(kept));
    CHECK(kept.starts_with("line "));
    if (i > 10) CHECK(kept.size() >= 24);
  }
}

TEST_CASE("A line longer than half of the log loses its start") {
  char bytes[64];
  std::uint32_t length = 0;
  Buffer buffer(bytes, sizeof(bytes), &length);
  const std::string line = std::string(100, 'a') + "end\n";
  buffer.append(line.data(), static_cast<std::uint32_t>(line.size()));
  CHECK(buffer.length() == 32);
  CHECK(std::string(buffer.bytes(), buffer.length()).ends_with("aaend\n"));
}

TEST_CASE("Without a crash page nothing is kept") {
  Buffer buffer;
  buffer.append("x", 1);
  CHECK(buffer.length() == 0);
}
