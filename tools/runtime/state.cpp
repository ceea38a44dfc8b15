// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "state.h"

#include <fmt/format.h>

#include <algorithm>

#include "pod_network.h"

namespace wick::runtime {
namespace {

fs::path bundles(const CommandLine& line) { return line.root / "bundles"; }

}  // namespace

Container::Container(const CommandLine& line, const std::string& id)
    : line_(line), id_(id), folder_(bundles(line) / id) {}

bool Container::exists() const {
  std::error_code error;
  return fs::exists(folder_, error);
}

fs::path Container::bundle() const {
  std::error_code error;
  return fs::read_symlink(folder_ / "bundle", error);
}

fs::path Container::program() const {
  std::error_code error;
  return fs::read_symlink(folder_ / "engine", error);
}

fs::path Container::engine_root() const { return line_.root / "engine"; }

tool::Arguments Container::engine(std::string_view command) const {
  tool::Arguments words = {program().string(), "--root", engine_root().string()};
  words.insert(words.end(), line_.passed.begin(), line_.passed.end());
  words.emplace_back(command);
  return words;
}

Result<void> Container::create(const Json& config, const fs::path& bundle, const fs::path& engine) const {
  if (exists()) tidy();
  std::error_code error;
  fs::create_directories(bundles(line_), error);
  // An environment may be nobody else's business.
  if (!error) fs::permissions(bundles(line_), fs::perms::owner_all, error);
  const bool made = !error && fs::create_directory(folder_, error);
  if (!made && !error) return fail(fmt::format("There is a container {} already.", id_));
  if (!error) fs::create_symlink(bundle, folder_ / "bundle", error);
  if (!error) fs::create_symlink(engine, folder_ / "engine", error);
  if (error) return fail(fmt::format("{} can't be made: {}.", folder_.string(), error.message()));
  return tool::write_file(folder_ / "config.json", config.dump());
}

Result<void> Container::keep_pod(const fs::path& pod) const {
  std::error_code error;
  fs::create_symlink(pod, folder_ / "pod", error);
  return error ? fail(fmt::format("{} can't be made: {}.", folder_.string(), error.message())) : Result<void>{};
}

void Container::tidy() const {
  std::error_code error;
  if (state()) return;
  if (const fs::path pod = fs::read_symlink(folder_ / "pod", error); !error) detach(pod);
  fs::remove_all(folder_, error);
}

Result<Json> Container::state() const {
  if (!exists()) return fail(fmt::format("There is no container {}.", id_));
  // Without the caller's options: that it may be gone is no news for the log.
  const std::string engine = program().string();
  auto said = tool::capture_program({engine, "--root", engine_root().string(), "--log", "/dev/null", "state", id_},
                                    {.merge_errors = true});
  if (!said) return std::unexpected(said.error());
  if (said->exit_code != 0) return fail(fmt::format("{} knows no container {}.", engine, id_));
  auto state = read_json(said->output, engine);
  if (state) (*state)["bundle"] = bundle().string();
  return state;
}

std::vector<Container> all_containers(const CommandLine& line) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(bundles(line), error)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  std::vector<Container> list;
  for (const std::string& name : names) list.emplace_back(line, name);
  return list;
}

Result<fs::path> find_engine() {
  for (const char* const name : {"runc", "crun"})
    if (auto path = tool::find_program(name); !path.empty()) return path;
  return fail("Neither runc nor crun is installed, one of which makes the container.");
}

}  // namespace wick::runtime
