// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A program that calls what no library compiles beforehand: one name at least of each part that waits for a link.
#include <argz.h>
#include <cxxabi.h>
#include <iconv.h>
#include <search.h>

#include <cmath>
#include <complex>
#include <random>
#include <sstream>

#include "check.h"

namespace {

volatile double half = 0.5;  // so that nothing is calculated while this is compiled
volatile long double half_l = 0.5L;
volatile float half_f = 0.5F;

bool near(long double a, long double b) { return a - b < 1e-6L && b - a < 1e-6L; }

void mathematics() {
  CHECK(near(std::sin(half), 0.479425538604L));
  CHECK(near(std::cos(half_l), 0.877582561890L));
  CHECK(near(std::tgamma(half_f), 1.772453850906L));
  CHECK(near(std::pow(half, 2.5), 0.176776695297L));
  const std::complex<double> root = std::sqrt(std::complex<double>(-half, 0.0));
  CHECK(near(root.real(), 0) && near(root.imag(), 0.707106781187L));
  // A quotient of complex numbers is a function of the compiler's.
  const std::complex<double> quotient = std::complex<double>(1, 1) / std::complex<double>(half, -half);
  CHECK(near(quotient.real(), 0) && near(quotient.imag(), 2));
}

void lists() {
  char* list = nullptr;
  std::size_t bytes = 0;
  CHECK(argz_create_sep("one:two", ':', &list, &bytes) == 0);
  CHECK(bytes == 8 && argz_count(list, bytes) == 2);
  free(list);
  CHECK(hcreate(8) != 0);
  CHECK(hsearch({const_cast<char*>("key"), nullptr}, ENTER) != nullptr);
  CHECK(hsearch({const_cast<char*>("other"), nullptr}, FIND) == nullptr);
}

void rare() {
  const iconv_t converter = iconv_open("UTF-8", "UTF-8");
  CHECK(converter != reinterpret_cast<iconv_t>(-1));
  CHECK(iconv_close(converter) == 0);
}

void cxx() {
  std::ostringstream text;
  text << 1.5 << ' ' << std::hex << 255;
  CHECK(text.str() == "1.5 ff");
  std::mt19937 engine(1);
  CHECK(std::uniform_int_distribution<int>(3, 3)(engine) == 3);
  int status = -1;
  char* name = abi::__cxa_demangle("_ZNSt6vectorIiSaIiEE5clearEv", nullptr, nullptr, &status);
  CHECK(status == 0 && name && strcmp(name, "std::vector<int, std::allocator<int>>::clear()") == 0);
  free(name);
}

}  // namespace

int main() {
  mathematics();
  lists();
  rare();
  cxx();
  return success();
}
