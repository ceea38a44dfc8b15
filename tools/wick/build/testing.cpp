// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/terminal.h"
#include "base/text.h"
#include "build/lacks.h"

namespace wick::tool {
namespace {

constexpr std::string_view kLog = "meson-logs/testlog.json";
constexpr std::string_view kUpstream = "upstream: ";

bool is_pass(const std::string& result) { return result == "OK" || result == "EXPECTEDFAIL"; }

/// What a failed test said, its last lines.
void show_failure(const nlohmann::json& test) {
  constexpr std::size_t kLines = 40;
  std::string said = test.value("stdout", "") + test.value("stderr", "");
  auto lines = split(trim(said), '\n');
  std::size_t first = lines.size() > kLines ? lines.size() - kLines : 0;
  print(fmt::format("{} {} ({})", paint(Paint::red, "failed:", 1), test.value("name", ""), test.value("result", "")));
  for (std::size_t i = first; i < lines.size(); ++i) print("    " + lines[i]);
}

/// A test that skips itself says why in its last line.
std::string reason_of(const nlohmann::json& test) { return split(trim(test.value("stdout", "")), '\n').back(); }

bool is_skip(const nlohmann::json& test) {
  return test.value("result", "") == "SKIP" && machine_lacks(named_lack(reason_of(test)));
}

void show_skip(const nlohmann::json& test) {
  print(fmt::format("{} {}: {}", paint(Paint::yellow, "skipped:", 1), test.value("name", ""), reason_of(test)));
}

void show_upstream(const nlohmann::json& test) {
  for (const std::string& line : upstream_counts(test.value("stdout", ""))) print(line);
}

}  // namespace

std::vector<std::string> upstream_counts(const std::string& said) {
  std::vector<std::string> lines = split(said, '\n');
  std::erase_if(lines, [](const std::string& line) { return !line.starts_with(kUpstream); });
  return lines;
}

Arguments meson_test(const fs::path& folder, Slow slow) {
  Arguments meson{"meson", "test", "-C", folder.string(), "--no-rebuild"};
  if (slow == Slow::without) meson.insert(meson.end(), {"--no-suite", "slow"});
  return meson;
}

Result<std::vector<std::string>> list_tests(const fs::path& folder, const Selection& selection) {
  Arguments meson = meson_test(folder, selection.slow);
  meson.push_back("--list");
  auto finished = capture_program(meson);
  if (!finished) return std::unexpected(finished.error());
  if (finished->exit_code != 0)
    return fail(fmt::format("Meson can't list the tests of {}.", folder.string()), finished->output);
  std::vector<std::string> names;
  for (const std::string& line : split(finished->output, '\n')) {
    // "wick:suite+suite / name", "wick / name"
    const std::size_t colon = line.find(':'), slash = line.find(" / ");
    if (line.starts_with("ninja:") || slash == line.npos) continue;
    const std::string name = line.substr(slash + 3);
    const auto suites = split(colon < slash ? line.substr(colon + 1, slash - colon - 1) : "", '+');
    const bool in_suite = selection.suite.empty() || std::ranges::find(suites, selection.suite) != suites.end();
    if (in_suite && name.contains(selection.filter)) names.push_back(name);
  }
  return names;
}

TestCount count_results(const std::string& log) {
  TestCount count;
  for (const std::string& line : split(log, '\n')) {
    auto test = nlohmann::json::parse(line, nullptr, false);
    if (!test.is_object()) continue;
    std::string result = test.value("result", "");
    if (is_pass(result))
      ++count.passed;
    else if (is_skip(test))
      ++count.skipped;
    else
      ++count.failed;
  }
  return count;
}

Result<TestCount> run_tests(const fs::path& folder, const std::vector<std::string>& names, Slow slow) {
  std::error_code error;
  fs::remove(folder / kLog, error);
  Arguments meson = meson_test(folder, slow);
  // Tests wait for much of their time (for machines' clocks, clients, timeouts): one more than there are processors.
  meson.insert(meson.end(), {"--num-processes", std::to_string(std::thread::hardware_concurrency() + 1)});
  meson.insert(meson.end(), names.begin(), names.end());
  // Its exit code is the number of failures, which the log tells better.
  auto ended = run_program(meson);
  if (!ended) return std::unexpected(ended.error());
  auto log = read_file(folder / kLog);
  if (!log) return fail(fmt::format("The tests of {} left no log (exit code {}).", folder.string(), *ended));
  for (const std::string& line : split(*log, '\n')) {
    auto test = nlohmann::json::parse(line, nullptr, false);
    if (!test.is_object()) continue;
    std::string result = test.value("result", "");
    show_upstream(test);
    if (is_skip(test)) {
      show_skip(test);
    } else if (!is_pass(result)) {
      show_failure(test);
    }
  }
  return count_results(*log);
}

}  // namespace wick::tool
