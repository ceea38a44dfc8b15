// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/foreign.h"

#include <fmt/format.h>

#include <thread>

#include "base/architecture.h"
#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/sdk.h"
#include "build/tree.h"

namespace wick::tool {
namespace {

constexpr std::string_view kStamp = "wick-configured.txt";  ///< what the folder was configured with
constexpr std::string_view kBuildLog = "wick-build.log";    ///< what the foreign build said last

class Foreign {
 public:
  Foreign(const ForeignBuild& build, fs::path sdk, std::string name)
      : build_(build), sdk_(std::move(sdk)), name_(std::move(name)) {}

  /// One command of it; what it says is shown only when it fails.
  Result<void> step(const char* doing, const Arguments& command) const {
    remark(fmt::format("{} {} by {}", doing, name_, build_.system));
    auto done = capture_program(command, {.merge_errors = true, .directory = build_.folder});
    if (!done) return std::unexpected(done.error());
    if (auto kept = write_file(build_.folder / kBuildLog, done->output); !kept) return kept;
    if (done->exit_code == 0) return {};
    constexpr std::size_t kLines = 30;
    auto lines = split(trim(done->output), '\n');
    for (std::size_t i = lines.size() - std::min(lines.size(), kLines); i < lines.size(); ++i)
      fmt::print(stderr, "{}\n", lines[i]);
    return fail(fmt::format("{} {} by {} failed.", doing, name_, build_.system),
                fmt::format("its last words stand above, all of them in {}.", (build_.folder / kBuildLog).string()));
  }

  Result<void> configure() const {
    if (build_.system == "cmake")
      return step("configuring", with_options({"cmake", "-S", build_.source.string(), "-B", ".", "--toolchain",
                                               (sdk_ / "toolchain.cmake").string(), "-DCMAKE_BUILD_TYPE=Release"}));
    if (build_.system == "meson")
      return step("configuring",
                  with_options({"meson", "setup", "--cross-file", (sdk_ / "cross.ini").string(), "--buildtype=release",
                                "--wrap-mode=nodownload", ".", build_.source.string()}));
    if (build_.system == "autotools")
      return step("configuring", with_options({"env", "CONFIG_SITE=" + (sdk_ / "config.site").string(),
                                               (build_.source / "configure").string(),
                                               fmt::format("--host={}-wick", kArchitecture.name)}));
    return {};
  }

  Result<void> compile() const {
    const std::string jobs = fmt::format("-j{}", std::max(1u, std::thread::hardware_concurrency()));
    if (build_.system == "cmake") {
      Arguments command{"cmake", "--build", ".", jobs};
      for (const std::string& target : build_.targets) command.insert(command.end(), {"--target", target});
      return step("building", command);
    }
    if (build_.system == "meson") return step("building", with_targets({"ninja", jobs}));
    if (build_.system == "autotools") return step("building", with_targets({"make", jobs}));
    if (auto done = copy_sources(); !done) return done;
    const std::string tool = (sdk_ / "bin" / fmt::format("{}-wick-", kArchitecture.name)).string();
    return step("building", with_targets(with_options({"make", jobs, "CC=" + tool + "clang", "CXX=" + tool + "clang++",
                                                       "AR=" + tool + "ar", "RANLIB=" + tool + "ranlib"})));
  }

 private:
  /// make builds where its sources are, so it gets a copy of them.
  Result<void> copy_sources() const {
    std::error_code error;
    fs::copy(build_.source, build_.folder,
             fs::copy_options::recursive | fs::copy_options::update_existing | fs::copy_options::copy_symlinks, error);
    if (!error) return {};
    return fail(fmt::format("{} can't be copied: {}.", build_.source.string(), error.message()));
  }

  Arguments with_options(Arguments command) const {
    command.insert(command.end(), build_.options.begin(), build_.options.end());
    return command;
  }
  Arguments with_targets(Arguments command) const {
    command.insert(command.end(), build_.targets.begin(), build_.targets.end());
    return command;
  }

  const ForeignBuild& build_;
  fs::path sdk_;
  std::string name_;
};

Result<void> check_tools(const ForeignBuild& build, const std::string& name) {
  std::vector<std::string> tools = build.tools;
  if (build.system == "cmake" || build.system == "meson") tools.push_back(build.system);
  if (build.system == "make" || build.system == "autotools") tools.push_back("make");
  for (const std::string& tool : tools) {
    if (find_program(tool).empty())
      return fail(fmt::format("The build of {} needs {}, which isn't on this machine.", name, tool),
                  "install the package that has it.");
  }
  return {};
}

}  // namespace

Result<void> run_foreign_build(const fs::path& root, const ForeignBuild& build, const std::string& name,
                               const std::string& profile) {
  if (auto fine = check_tools(build, name); !fine) return fine;
  if (auto fine = check_writable(build.folder); !fine) return fine;
  const fs::path sdk = root / "build/sdk" / profile;
  if (auto done = write_sdk(root, sdk, profile); !done) return done;
  FolderLock lock(build.folder);
  auto options = read_file(sdk / "sdk.json");
  if (!options) return std::unexpected(options.error());
  const std::string stamp =
      join(std::vector{build.system, build.source.string(), join(build.options, "\n"), *options}, "\n");
  const Foreign foreign(build, sdk, name);
  if (read_file(build.folder / kStamp).value_or("") != stamp) {
    std::error_code error;
    fs::remove_all(build.folder, error);
    if (fs::create_directories(build.folder, error); error)
      return fail(fmt::format("The folder {} can't be made: {}.", build.folder.string(), error.message()));
    if (auto done = foreign.configure(); !done) return done;
    if (auto done = write_file(build.folder / kStamp, stamp); !done) return done;
  }
  return foreign.compile();
}

}  // namespace wick::tool
