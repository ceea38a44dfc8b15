// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <iomanip>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>

#include "check.h"

int main() {
  std::ostringstream out;
  out << std::setw(5) << 42 << ' ' << std::hex << 255 << ' ' << std::fixed << std::setprecision(2) << 2.5;
  CHECK(out.str() == "   42 ff 2.50");
  std::istringstream in("17 words 2.25");
  int number = 0;
  std::string word;
  double fraction = 0;
  in >> number >> word >> fraction;
  CHECK(number == 17 && word == "words" && fraction == 2.25);
  std::smatch match;
  const std::string line = "GET /index.html HTTP/1.1";
  CHECK(std::regex_match(line, match, std::regex(R"((\w+) (\S+) HTTP/(\d)\.(\d))")));
  CHECK(match[2] == "/index.html");
  std::cout << "cout works, " << std::flush;
  std::cerr << "cerr works\n";
  return success();
}
