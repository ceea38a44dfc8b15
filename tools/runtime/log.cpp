// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

namespace wick::runtime {

void report(const CommandLine& line, const tool::Error& error) {
  std::string sentence = error.hint.empty() ? error.sentence : error.sentence + " Hint: " + error.hint;
  // Names in it are a bundle's: none of them begins a line of its own, or moves a cursor.
  std::ranges::replace_if(sentence, [](char c) { return (c >= 0 && c < ' ') || c == 127; }, '?');
  fmt::print(stderr, "wick-runtime: {}\n", sentence);
  if (line.log.empty()) return;
  const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  const nlohmann::ordered_json json = {{"level", "error"}, {"msg", sentence}, {"time", now}};
  // What a hostile file has in it may be no UTF-8.
  const std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::ofstream file(line.log, std::ios::app);
  file << (line.json_log ? text : fmt::format("time=\"{}\" level=error msg={}", now, json["msg"].dump())) << '\n';
}

}  // namespace wick::runtime
