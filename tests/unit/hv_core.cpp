// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// hv's pure parts: numbers and words of the command line, clock arithmetic, ring indices.
#include <doctest.h>

#include "abi/clock.h"
#include "abi/ring.h"
#include "base/boot.h"
#include "base/calibration.h"
#include "base/command_line.h"
#include "base/number.h"

using namespace wick;
using namespace wick::hv;

TEST_CASE("a number ends at the first character that isn't a digit") {
  CHECK(parse_number("512@0xfeb00000:5").value == 512);
  CHECK(parse_number("512@0xfeb00000:5").rest == "@0xfeb00000:5");
  CHECK(parse_number("0xfeb00000:5").value == 0xfeb00000);
  CHECK(parse_number("18446744073709551615").value == ~0ull);
  CHECK_FALSE(parse_number("18446744073709551616").ok);
  CHECK_FALSE(parse_number("0x").ok);
  CHECK_FALSE(parse_number("x1").ok);
}

TEST_CASE("a command line value is found by its whole key only") {
  CHECK(command_line_value("a=1 wick.exit_port=0x501 b=2", "wick.exit_port") == "0x501");
  CHECK(command_line_value("wick.exit_ports=1", "wick.exit_port") == "");
  CHECK(command_line_value("xwick.exit_port=1", "wick.exit_port") == "");
  CHECK(command_line_value("  k=v", "k") == "v");
  CHECK(command_line_value("k=", "k") == "");
  CHECK(command_line_value("", "k") == "");
}

TEST_CASE("clock factors turn a second of cycles into a second") {
  for (const std::uint64_t hz : {1'000'000ull, 999'999'999ull, 1'000'000'000ull, 2'600'000'123ull, 5'800'000'000ull}) {
    const auto factors = clock_factors(hz);
    const auto ns = scale_cycles(hz, factors.multiplier, factors.shift);
    CAPTURE(hz);
    CHECK(ns > 1'000'000'000 - 10);
    CHECK(ns < 1'000'000'000 + 10);
  }
}

TEST_CASE("calibration prefers the longer measurement and ignores a timer that never ran") {
  TscCalibration calibration;
  CHECK_FALSE(calibration.observe(0, Cycles{100}));
  calibration.started(0xffffffff, Cycles{0});
  CHECK(calibration.observe(0xffffffff - 100'000, Cycles{270'000}));  // 2.7 GHz, but only 100 us long
  CHECK(calibration.hz() == 2'700'000'000);
  CHECK(calibration.observe(0xffffffff - 100'000'000, Cycles{260'000'000}));  // 100 ms
  CHECK(calibration.hz() == 2'600'000'000);
  calibration.started(1'000'000, Cycles{0});
  CHECK_FALSE(calibration.observe(0, Cycles{2'900'000}));  // ran out: too uncertain
  CHECK(calibration.hz() == 2'600'000'000);
}

TEST_CASE("a ring index passes its event index exactly once, across the wrap too") {
  CHECK(ring_needs_event(4, 5, 4));
  CHECK_FALSE(ring_needs_event(5, 5, 4));
  CHECK(ring_needs_event(0xffff, 0, 0xffff));
  CHECK(ring_needs_event(0, 3, 0xfffe));
  CHECK_FALSE(ring_needs_event(3, 3, 0xfffe));
}
