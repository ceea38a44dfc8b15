// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/choice.h"

#include "build/prepare.h"

namespace wick::tool {
namespace {

bool is_project(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

}  // namespace

Result<VmmChoice> choose_for(const std::string& path, const std::string& profile, const RunOptions& options) {
  if (is_project(path)) {
    if (auto here = prepare_project(path, profile); !here) return std::unexpected(here.error());
    auto manifest = load_manifest(path, profile);
    if (!manifest) return std::unexpected(manifest.error());
    return choose_vmm(options, manifest->wall, [] { return probe_kvm(); });
  }
  auto target = open_target(path, profile, options.wall);
  if (!target) return std::unexpected(target.error());
  return vmm_of_image(options, target->elf.monitor_size() != 0, target->facts.wall);
}

Result<Target> open_chosen(const std::string& path, const std::string& profile, const RunOptions& options,
                           const VmmChoice& choice) {
  return open_target(path, profile, is_project(path) && choice.wall ? choice.wall : options.wall);
}

}  // namespace wick::tool
