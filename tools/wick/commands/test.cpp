// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick test: every test there is. Unit tests, fuzzers and source checks in a native build folder with sanitizers; the
// applications and the images below tests/ in the build folder of the profile dev, where assertions watch; the
// applications once more as they ship, in that of the profile cloud. Each folder is built while the tests of the one
// before run.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <future>

#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/prepare.h"
#include "build/progress.h"
#include "build/project.h"
#include "build/testing.h"
#include "build/tree.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

/// Which images are built in which profile: the folders right below `folders` that have a manifest, but for those
/// whose sources are fetched; `walled` once more behind another wall than their own; and `slow` only with --slow. Boot
/// tests name their further walls themselves, by lines "wall=NAME" of expect.txt.
struct ImageSet {
  const char* profile;
  std::vector<std::string> folders, walled, slow;
};
const ImageSet kImageSets[] = {
    {"dev",
     {"apps", "tests/boot", "tests/escape", "tests/guest"},
     {"apps/http@ring",
      "apps/http@vm",
      "apps/http@hosted",
      "apps/echo@hosted",
      "apps/crash-demo@vm",
      "apps/crash-demo@hosted",
      "tests/escape/attacks@hosted",
      "tests/guest/debuggee@hosted",
      "tests/guest/questions@hosted",
      "tests/guest/last-words@hosted",
      "tests/guest/cat@none",
      "tests/guest/reach@none",
      "tests/guest/reach-list@none",
      "tests/guest/reach-nowhere@none",
      "tests/guest/keys@ring",
      "tests/guest/keys@vm",
      "tests/guest/slots@ring",
      "tests/guest/spin@hosted",
      "tests/guest/shutdown@ring",
      "tests/guest/shutdown@vm",
      "tests/guest/power@ring",
      "tests/guest/xen-large@ring",
      "tests/guest/instance-xen@ring",
      "tests/guest/xen-life@ring",
      "tests/guest/wickfs-damaged@ring",
      "tests/guest/wickfs-damaged@hosted"},
     {}},
    {"cloud",
     {"apps"},
     {"apps/http@ring", "apps/http@vm", "apps/hello@vm", "apps/lua@hosted", "tests/boot/many-clients"},
     {"apps/https",
      "apps/https@hosted",
      "apps/https@ring",
      "tests/guest/https-keys",
      "apps/mosquitto@hosted",
      "apps/nginx@hosted",
      "apps/nginx-tls",
      "apps/redis@hosted",
      "apps/redis-aof",
      "apps/redis-aof@hosted",
      "apps/sqlite",
      "apps/sqlite@hosted",
      "apps/zlib@hosted",
      "apps/zstd@hosted",
      "tests/ports/sqlite-files",
      "tests/ports/sqlite-files@hosted",
      "tests/ports/sqlite-fuzzcheck@hosted",
      "tests/ports/sqlite-speedtest1@hosted",
      "tests/ports/zlib-example@hosted",
      "tests/ports/zstd-fuzzer@hosted",
      "tests/ports/zstd-pool@hosted",
      "tests/guest/tls-client"}}};

void add_project(const fs::path& folder, std::vector<fs::path>& to) {
  constexpr std::string_view kWall = "wall=";
  to.push_back(folder);
  for (const std::string& line : split(read_file(folder / "expect.txt").value_or(""), '\n'))
    if (line.starts_with(kWall)) to.push_back(folder.string() + "@" + line.substr(kWall.size()));
}

std::vector<fs::path> projects_of(const fs::path& root, const ImageSet& set, Slow slow) {
  std::vector<fs::path> list;
  std::error_code error;
  for (const std::string& folder : set.folders) {
    for (const auto& entry : fs::directory_iterator(root / folder, error)) {
      const bool is_project = fs::exists(entry.path() / kManifestName, error);
      if (is_project && !fetches_sources(root, entry.path())) add_project(entry.path(), list);
    }
  }
  for (const std::string& project : set.walled) list.push_back(root / project);
  for (const std::string& project : set.slow) {
    if (slow == Slow::with) list.push_back(root / project);
  }
  std::ranges::sort(list);
  return list;
}

Result<fs::path> build_native(const fs::path& root) {
  fs::path folder = root / "build/unit";
  FolderLock lock(folder);
  std::error_code error;
  if (!fs::exists(folder / "build.ninja", error)) {
    // env: a configuration chosen by the caller's environment would not be the same everywhere. Of debugging
    // information the sanitizers read names and lines alone.
    auto done = run_meson({"env", "CC=clang-19", "CXX=clang++-19", "meson", "setup", "--wrap-mode=nodownload",
                           "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Ddebug=false",
                           "-Dc_args=-gline-tables-only", "-Dcpp_args=-gline-tables-only", folder.string()},
                          "configuring build/unit (first time)", root);
    if (!done) return std::unexpected(done.error());
  }
  auto built = run_ninja({"ninja", "-C", folder.string(), "all", "meson-test-prereq"}, "building the unit tests");
  if (!built) return std::unexpected(built.error());
  return folder;
}

Result<fs::path> build_images(const fs::path& root, const ImageSet& set, Slow slow) {
  auto folder = build_projects(projects_of(root, set, slow), set.profile);
  if (!folder) return folder;
  FolderLock lock(*folder);
  auto built = run_ninja({"ninja", "-C", folder->string(), "meson-test-prereq"}, "building what the tests need");
  if (!built) return std::unexpected(built.error());
  return folder;
}

/// The images of `set`, built while other tests run: those wait for much of their time, and at the lowest priority a
/// build takes nothing from them.
std::future<Result<fs::path>> build_ahead(const fs::path& root, const ImageSet& set, Slow slow) {
  return std::async(std::launch::async, [&root, &set, slow] {
    constexpr int kLeast = 19;
    setpriority(PRIO_PROCESS, 0, kLeast);  // this thread's, and that of what it starts
    return build_images(root, set, slow);
  });
}

class Test final : public Command {
 public:
  std::string name() const override { return "test"; }
  std::string summary() const override { return "Run the tests"; }
  std::string example() const override { return "wick test --filter boot"; }
  void describe(Syntax& syntax) override {
    syntax.option("--filter", filter_, "only tests whose name contains this", "TEXT");
    syntax.option("--suite", suite_, "only tests of this suite, as xen, pack or traffic", "NAME");
    syntax.flag("--slow", slow_, "also those that take minutes");
    syntax.flag("--native", native_, "only those that boot no image");
    syntax.flag("--list", list_, "print the names only");
  }

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    auto built = build_native(*root);
    for (const ImageSet& set : kImageSets) {
      if (native_) break;
      auto next = build_ahead(*root, set, slow());
      take(built);
      built = next.get();
    }
    take(built);
    if (list_) return count_.failed ? 1 : 0;
    std::string skipped = count_.skipped ? fmt::format(", {} skipped", count_.skipped) : "";
    print(fmt::format("{} passed, {} failed{}", count_.passed, count_.failed, skipped));
    return count_.failed || count_.passed == 0 ? 1 : 0;
  }

 private:
  /// Runs the tests of a folder; one that could not be built counts as a failure.
  void take(const Result<fs::path>& folder) {
    auto done = folder ? run_in(*folder) : Result<void>(std::unexpected(folder.error()));
    if (done) return;
    complain(done.error());
    ++count_.failed;
  }

  Result<void> run_in(const fs::path& folder) {
    auto names = list_tests(folder, {filter_, suite_, slow()});
    if (!names) return std::unexpected(names.error());
    if (list_) {
      for (const std::string& name : *names) print(name);
      return {};
    }
    if (names->empty()) return {};
    auto count = run_tests(folder, filter_.empty() && suite_.empty() ? std::vector<std::string>{} : *names, slow());
    if (!count) return std::unexpected(count.error());
    count_.passed += count->passed;
    count_.failed += count->failed;
    count_.skipped += count->skipped;
    return {};
  }

  Slow slow() const { return slow_ ? Slow::with : Slow::without; }

  std::string filter_, suite_;
  bool slow_ = false, native_ = false, list_ = false;
  TestCount count_;
};

}  // namespace

std::unique_ptr<Command> make_test() { return std::make_unique<Test>(); }

}  // namespace wick::tool
