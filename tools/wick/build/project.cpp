// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/project.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/architecture.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/first_choices.h"
#include "build/prepare.h"
#include "build/progress.h"
#include "build/tree.h"
#include "generate/plan.h"

namespace wick::tool {
namespace {

constexpr std::string_view kProjects = "wick-projects.txt";  ///< folders, one a line
constexpr std::string_view kPlans = "wick-plans.txt";        ///< the plans that the folder was configured with
constexpr std::string_view kChoices = "wick-choices.txt";    ///< what can't be changed without making it anew

/// Inside of the toolkit relative to it, so that a plain `meson setup -Dapps=apps/http` says the same.
std::string project_name(const fs::path& root, const fs::path& directory) {
  fs::path relative = directory.lexically_relative(root);
  return relative.empty() || *relative.begin() == ".." ? directory.string() : relative.string();
}

/// As `wick plan` takes it: with the wall, unless that is the manifest's own.
std::string folder_of(const fs::path& root, const Manifest& manifest) {
  std::optional<Wall> wall;
  if (manifest.image != manifest.name) wall = manifest.wall;
  return behind_wall(project_name(root, manifest.directory), wall).string();
}

struct Project {
  std::string folder;
  Manifest manifest;
};

/// The projects to configure: those known before that are still fine, and the one asked for in place of any other of
/// its name, because images are called by name.
std::vector<Project> projects_with(const fs::path& root, const fs::path& folder, Manifest wanted) {
  std::vector<Project> list;
  std::string wanted_folder = folder_of(root, wanted);
  for (const std::string& known : configured_projects(folder)) {
    if (known == wanted_folder) {
      list.push_back({known, wanted});
    } else if (auto other = load_manifest(fs::path(root) / known, wanted.profile);
               other && other->image != wanted.image) {
      list.push_back({known, std::move(*other)});
    }
  }
  bool there = std::ranges::any_of(list, [&](const Project& project) { return project.folder == wanted_folder; });
  if (!there) list.push_back({wanted_folder, std::move(wanted)});
  return list;
}

/// compile_commands.json at the root, where editors and clang-tidy look for it. Without it nothing else is worse off.
void link_compile_commands(const fs::path& root, const fs::path& folder) {
  std::error_code error;
  fs::remove(root / "compile_commands.json", error);
  fs::create_symlink(folder.lexically_relative(root) / "compile_commands.json", root / "compile_commands.json", error);
}

/// Makes the folder anew where it must, else only tells Meson of the projects: Ninja then lets it configure again.
Result<void> configure(const fs::path& root, const fs::path& folder, const std::string& profile,
                       const std::string& apps) {
  std::error_code error;
  const std::string choices = first_choices(root, profile);
  const std::string option = "-Dapps=" + apps;
  if (fs::exists(folder / "build.ninja", error) && read_file(folder / kChoices).value_or("") == choices) {
    remark("configuring " + project_name(root, folder));
    auto told =
        capture_program({"meson", "configure", option, folder.string()}, {.merge_errors = true, .directory = root});
    if (!told) return std::unexpected(told.error());
    if (told->exit_code != 0) return fail("Meson does not take the list of projects.", told->output);
    return run_ninja({"ninja", "-C", folder.string(), "build.ninja"}, "configuring");
  }
  fs::remove_all(folder, error);
  Arguments meson{"meson",        "setup",
                  option,         "--wrap-mode=nodownload",
                  "--cross-file", fmt::format("build-profiles/{}.ini", profile_target(profile)),
                  folder.string()};
  auto done = run_meson(meson, fmt::format("configuring {} from scratch", project_name(root, folder)), root);
  if (!done) return done;
  link_compile_commands(root, folder);
  return write_file(folder / kChoices, choices);
}

/// Configures where the plans have changed since, then builds `names`.
Result<void> configure_and_build(const fs::path& root, const fs::path& folder, const std::string& profile,
                                 const std::vector<Project>& projects, const std::vector<std::string>& names) {
  std::vector<std::string> folders;
  std::string plans;
  for (const Project& project : projects) folders.push_back(project.folder), plans += plan_text(project.manifest);
  std::error_code error;
  bool current = fs::exists(folder / "build.ninja", error) && read_file(folder / kPlans).value_or("") == plans &&
                 read_file(folder / kChoices).value_or("") == first_choices(root, profile);
  if (!current) {
    // Gone until Meson has taken the new ones, so that whoever builds after a failure tells it again.
    fs::remove(folder / kPlans, error);
    if (auto done = configure(root, folder, profile, join(folders, ",")); !done) return done;
    if (auto done = write_file(folder / kProjects, join(folders, "\n") + "\n"); !done) return done;
    if (auto done = write_file(folder / kPlans, plans); !done) return done;
  }
  // Of parts that images asked for when they were linked, the linker knows and Ninja doesn't. One of an older toolkit
  // is made anew before.
  if (fs::exists(folder / "on-demand", error)) {
    if (fs::last_write_time(root / "tools/link.in", error) > fs::last_write_time(folder / "link", error)) {
      if (auto done = run_ninja({"ninja", "-C", folder.string(), "build.ninja"}, "configuring"); !done) return done;
    }
    auto refreshed = capture_program({(folder / "link").string(), "--refresh"}, {.merge_errors = true});
    if (!refreshed) return std::unexpected(refreshed.error());
    if (refreshed->exit_code != 0) return fail("What images asked for can't be compiled.", refreshed->output);
  }
  Arguments ninja{"ninja", "-C", folder.string()};
  ninja.insert(ninja.end(), names.begin(), names.end());
  return run_ninja(ninja, "building " + (names.size() == 1 ? names[0] : fmt::format("{} images", names.size())));
}

Result<void> check_profile(const fs::path& root, const std::string& profile) {
  std::error_code error;
  if (fs::exists(root / "build-profiles" / (profile_target(profile) + ".ini"), error)) return {};
  return fail(fmt::format("There is no profile \"{}\".", profile), "the profiles are the files of build-profiles/.");
}

}  // namespace

std::vector<std::string> configured_projects(const fs::path& folder) {
  auto text = read_file(folder / kProjects);
  if (!text || trim(*text).empty()) return {};
  return split(trim(*text), '\n');
}

Result<Built> build_project(const fs::path& directory, const std::string& profile) {
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  if (auto here = prepare_project(directory, profile); !here) return std::unexpected(here.error());
  auto manifest = load_manifest(directory, profile);
  if (!manifest) return std::unexpected(manifest.error());
  const std::string name = manifest->image;
  const std::string chosen = manifest->profile;
  if (auto fine = check_profile(*root, chosen); !fine) return std::unexpected(fine.error());

  fs::path folder = build_folder(*root, chosen);
  if (auto fine = check_writable(folder); !fine) return std::unexpected(fine.error());
  FolderLock lock(folder);
  auto projects = projects_with(*root, folder, std::move(*manifest));
  if (auto done = configure_and_build(*root, folder, chosen, projects, {name}); !done)
    return std::unexpected(done.error());
  return Built{folder / name, folder / (name + ".debug")};
}

Result<fs::path> build_projects(const std::vector<fs::path>& directories, const std::string& profile) {
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  if (auto fine = check_profile(*root, profile); !fine) return std::unexpected(fine.error());
  std::vector<Project> projects;
  std::vector<std::string> names;
  for (const fs::path& directory : directories) {
    if (auto here = prepare_project(directory, profile); !here) return std::unexpected(here.error());
    auto manifest = load_manifest(directory, profile);
    if (!manifest) return std::unexpected(manifest.error());
    names.push_back(manifest->image);
    projects.push_back({folder_of(*root, *manifest), std::move(*manifest)});
  }
  fs::path folder = build_folder(*root, profile);
  if (auto fine = check_writable(folder); !fine) return std::unexpected(fine.error());
  FolderLock lock(folder);
  if (auto done = configure_and_build(*root, folder, profile, projects, names); !done)
    return std::unexpected(done.error());
  return folder;
}

}  // namespace wick::tool
