// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iomanip>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>

#include "check.h"

namespace {

/// Every digit of a double, and long double as such.
void long_numbers() {
  std::ostringstream out;
  out << std::setprecision(30) << 0.1 << ' ' << 0.1L << ' ' << std::setprecision(6) << 1e4000L << ' ' << std::hexfloat
      << 1.5;
  CHECK(out.str() == "0.100000000000000005551115123126 0.100000000000000000001355252716 1e+4000 0x1.8p+0");
  std::istringstream in("1e4000 0.1");
  long double large = 0, tenth = 0;
  CHECK(in >> large >> tenth && large == 1e4000L && tenth == 0.1L);
  CHECK(std::stold("1e4000") == 1e4000L && std::to_string(0.5L) == "0.500000" &&
        std::to_string(1e30) == "1000000000000000019884624838656.000000");
  CHECK(std::to_wstring(2.5L) == L"2.500000");
}

void opening() {
  {
    std::ofstream("/tmp/there") << "kept";
  }
  CHECK(!std::ofstream("/tmp/there", std::ios::noreplace).is_open());
  std::string text;
  CHECK(std::ifstream("/tmp/there") >> text && text == "kept");
  std::ofstream full("/dev/full");
  full << "x";
  full.flush();
  CHECK(full.fail());
  try {
    std::locale unknown("xx_YY");
    CHECK(!"a locale that isn't there was made");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

int main() {
  long_numbers();
  opening();
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
