// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Which tests `wick test` takes from a build folder, and how it counts them, in a project of three tests.
#include "build/testing.h"

#include <doctest.h>
#include <unistd.h>

#include "build/lacks.h"

using namespace wick::tool;

namespace {

constexpr const char* kProject =
    "project('three')\n"
    "test('quick', find_program('true'), suite: 'unit')\n"
    "test('long', find_program('true'), suite: ['unit', 'slow'])\n"
    "test('longer', find_program('true'), suite: 'slow')\n";

/// A build folder of that project, gone with this object.
struct BuildFolder {
  BuildFolder() {
    std::string pattern = (fs::temp_directory_path() / "wick-testing-XXXXXX").string();
    top = mkdtemp(pattern.data());
    REQUIRE(write_file(top / "meson.build", kProject));
    REQUIRE(capture_program({"meson", "setup", path().string(), top.string()})->exit_code == 0);
  }
  ~BuildFolder() {
    std::error_code error;
    fs::remove_all(top, error);
  }
  fs::path path() const { return top / "build"; }

  fs::path top;
};

}  // namespace

TEST_CASE("slow tests are taken only when asked for") {
  BuildFolder folder;
  using Names = std::vector<std::string>;
  CHECK(list_tests(folder.path(), {}).value() == Names{"quick"});
  CHECK(list_tests(folder.path(), {.filter = "long"}).value().empty());
  CHECK(list_tests(folder.path(), {.filter = "long", .slow = Slow::with}).value() == Names{"long", "longer"});
  auto without = run_tests(folder.path(), {}, Slow::without).value();
  CHECK((without.passed == 1 && without.failed == 0));
  auto with = run_tests(folder.path(), {}, Slow::with).value();
  CHECK((with.passed == 3 && with.failed == 0));
}

TEST_CASE("one suite's tests") {
  BuildFolder folder;
  const Selection slow{.suite = "slow", .slow = Slow::with};
  CHECK(list_tests(folder.path(), slow).value() == std::vector<std::string>{"long", "longer"});
  CHECK(list_tests(folder.path(), {.suite = "unit"}).value() == std::vector<std::string>{"quick"});
  CHECK(list_tests(folder.path(), {.suite = "uni"}).value().empty());
}

TEST_CASE("what suites within a test counted") {
  CHECK(upstream_counts("ok  a\nupstream: a suite: 3 of 3 passed\nsaid upstream: b\n") ==
        std::vector<std::string>{"upstream: a suite: 3 of 3 passed"});
  CHECK(upstream_counts("").empty());
}

TEST_CASE("Meson's test log") {
  auto count = count_results(
      "{\"name\": \"a\", \"result\": \"OK\"}\n{\"name\": \"b\", \"result\": \"FAIL\"}\n"
      "{\"name\": \"c\", \"result\": \"EXPECTEDFAIL\"}\n{\"name\": \"d\", \"result\": \"TIMEOUT\"}\n");
  CHECK((count.passed == 2 && count.failed == 2 && count.skipped == 0));
}

TEST_CASE("a test is skipped only for what this machine lacks") {
  const auto skipped_for = [](const std::string& reason) {
    return count_results("{\"name\": \"a\", \"result\": \"SKIP\", \"stdout\": \"more\\n" + reason + "\\n\"}\n");
  };
  for (const std::string reason : {"", "skipped: curl is not installed", "skipped: lacks xen: no network"}) {
    CAPTURE(reason);
    CHECK((skipped_for(reason).failed == 1 && skipped_for(reason).skipped == 0));
  }
  for (const std::string lack : {"kvm", "root", "namespaces"}) {
    CAPTURE(lack);
    auto count = skipped_for("skipped: lacks " + lack + ": some reason");
    CHECK(count.skipped == (machine_lacks(lack) ? 1 : 0));
    CHECK(count.skipped + count.failed == 1);
  }
  CHECK(machine_lacks("root") == (geteuid() != 0));
}
