// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tests are Meson's: this lists and runs those of a build folder and reads how they ended.

#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"

namespace wick::tool {

/// A test that skips itself for something that this machine has counts as failed.
struct TestCount {
  unsigned passed = 0, failed = 0, skipped = 0;
};

/// Whether the tests of Meson's suite "slow" are meant too: those that take minutes.
enum class Slow : bool { without, with };

/// Which tests are meant; all that are quick, where nothing is said.
struct Selection {
  std::string filter;  ///< a part of their names
  std::string suite;   ///< Meson's, one of theirs
  Slow slow = Slow::without;
};

/// The names of a folder's tests that are meant.
Result<std::vector<std::string>> list_tests(const fs::path& folder, const Selection& selection);

/// Runs these tests, all of the folder if none is named; shows each as it ends, and of a failed one what it said.
Result<TestCount> run_tests(const fs::path& folder, const std::vector<std::string>& names, Slow slow);

/// How Meson is called in a build folder to list or run its tests.
Arguments meson_test(const fs::path& folder, Slow slow);

/// The lines of a test's output that begin with "upstream: ": how many tests of somebody else's suite passed within it.
/// They are shown, since Meson only counts the test around them.
std::vector<std::string> upstream_counts(const std::string& said);

/// Counts the results in Meson's testlog.json: a JSON object a line.
TestCount count_results(const std::string& log);

}  // namespace wick::tool
