// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Numbers, dates and randomness as text and back.
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <format>
#include <iomanip>
#include <print>
#include <random>
#include <sstream>
#include <string>
#include <string_view>

#include "check.h"
#include "parts.h"

namespace {

template <typename Number>
struct Read {
  Number value;
  std::errc fault;
  std::size_t used;
  bool operator==(const Read&) const = default;
};

/// What from_chars() makes of a text of which nothing but the last pointer says where it ends; -7 where it gave no
/// value.
template <typename Number = double>
Read<Number> read(std::string_view text, std::chars_format format = std::chars_format::general) {
  const std::string behind = std::string(text) + "5";
  Number value = -7;
  const auto [end, fault] = std::from_chars(behind.data(), behind.data() + text.size(), value, format);
  return {value, fault, static_cast<std::size_t>(end - behind.data())};
}

void texts_of_floating_point() {
  using enum std::chars_format;
  using std::errc;
  CHECK((read("0.1") == Read(0.1, errc{}, 3)) && (read("-1.5e3x") == Read(-1500.0, errc{}, 6)));
  CHECK((read("1e") == Read(1.0, errc{}, 1)) && (read(".5") == Read(0.5, errc{}, 2)) &&
        (read("5.") == Read(5.0, errc{}, 2)));
  CHECK((read("1e+5") == Read(1e5, errc{}, 4)) && (read("1e5", fixed) == Read(1.0, errc{}, 1)));
  CHECK((read("15", scientific) == Read(-7.0, errc::invalid_argument, 0)) &&
        (read("1.5e1", scientific) == Read(15.0, errc{}, 5)));
  CHECK((read("1.8p1", hex) == Read(3.0, errc{}, 5)) && (read("fF", hex) == Read(255.0, errc{}, 2)));
  for (const char* wrong : {"", "-", "+1", " 1", ".", "e5", "x", "-.e1"})
    CHECK((read(wrong) == Read(-7.0, errc::invalid_argument, 0)));
  CHECK((read("0x1p3") == Read(0.0, errc{}, 1)));
  CHECK((read("inf") == Read(HUGE_VAL, errc{}, 3)) && (read("-INFINITY!") == Read(-HUGE_VAL, errc{}, 9)));
  CHECK(std::isnan(read("nan").value) && read("nan(ab_1)").used == 9 && read("nan(ab").used == 3);
  CHECK((read("1e999") == Read(-7.0, errc::result_out_of_range, 5)) &&
        (read("1e-999") == Read(-7.0, errc::result_out_of_range, 6)));
  CHECK((read("5e-324") == Read(5e-324, errc{}, 6)) &&
        (read("2.2250738585072011e-308").value == 2.2250738585072011e-308));
  CHECK(std::signbit(read("-0").value) && (read<float>("16777217") == Read(16777216.0f, errc{}, 8)));
  CHECK((read<float>("1e39") == Read(-7.0f, errc::result_out_of_range, 4)) &&
        (read<long double>("0.1") == Read(0.1L, errc{}, 3)));
  // Half way between two numbers, and a digit behind the thousandth says which.
  const std::string half = "9007199254740993." + std::string(1000, '0');
  CHECK(read(half).value == 9007199254740992.0 && read(half + "1").value == 9007199254740994.0);
  char text[64];
  std::mt19937_64 engine(1);
  for (int i = 0; i < 1000; i++) {
    const double number = std::bit_cast<double>(engine());
    if (!std::isfinite(number)) continue;
    const auto written = std::to_chars(text, text + sizeof text, number);
    CHECK(read(std::string_view(text, written.ptr)).value == number);
  }
}

}  // namespace

void numbers() {
  texts_of_floating_point();
  std::ostringstream out;
  out << std::setprecision(20) << 0.1L << ' ' << std::hexfloat << 1.5 << std::defaultfloat << ' '
      << std::setprecision(3) << 2.0 / 3;
  CHECK(out.str() == "0.10000000000000000000136 0x1.8p+0 0.667" || out.str() == "0.1 0x1.8p+0 0.667" ||
        out.str().starts_with("0.10000000000000000000"));
  std::istringstream in("1.1 0x1.8p1 1e-310");
  long double wide = 0;
  CHECK(in >> wide && wide == 1.1L);
  CHECK(std::stold("1.1") == 1.1L && std::to_string(1.5L) == "1.500000" && std::stod("0x1.8p1") == 3.0);
  char text[64];
  snprintf(text, sizeof text, "%.4Lf", 2.0L / 3);
  CHECK(std::string(text) == "0.6667" && std::abs(std::tgamma(5.0) - 24) < 1e-13);

  const auto shortest = std::to_chars(text, text + sizeof text, 0.1);
  CHECK(std::string(text, shortest.ptr) == "0.1");
  const auto fixed = std::to_chars(text, text + sizeof text, 1234.5678, std::chars_format::fixed, 2);
  CHECK(std::string(text, fixed.ptr) == "1234.57");
  int whole = 0;
  const char digits[] = "123x";
  CHECK(std::from_chars(digits, digits + 4, whole).ec == std::errc{} && whole == 123);
  CHECK(std::format("{:>8.3f}|{:#x}|{:%F %T}", 3.14159, 255, std::chrono::sys_seconds(std::chrono::seconds(86399))) ==
        "   3.142|0xff|1970-01-01 23:59:59");
  std::print("printed {} {:.1f}\n", "words", 2.25);

  std::random_device device;
  CHECK(device() != device() || device() != device());
  std::mt19937_64 engine(42);
  CHECK(engine() == 13930160852258120406ull);
}
