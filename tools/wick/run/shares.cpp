// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/shares.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/terminal.h"
#include "base/text.h"
#include "run/disks.h"

namespace wick::tool {
namespace {

constexpr std::size_t kMostShares = 4;  ///< as many as the driver has room for

Result<void> look_at(SharedFolder& share) {
  std::error_code error;
  const fs::path folder = fs::canonical(share.folder, error);
  if (error)
    return fail(fmt::format("The shared folder {} does not exist.", share.folder), "make it, or name another.");
  if (!fs::is_directory(folder, error)) return fail(fmt::format("{} is not a folder.", share.folder));
  if (access(folder.c_str(), R_OK | X_OK) != 0)
    return fail(fmt::format("The shared folder {} may not be read.", share.folder));
  if (access(folder.c_str(), W_OK) != 0)
    remark(fmt::format("the shared folder {} may only be read here, and so by its guest.", share.folder));
  share.folder = folder.string();
  return {};
}

}  // namespace

Result<std::vector<SharedFolder>> open_shares(const std::vector<std::string>& texts,
                                              const std::vector<std::string>& volumes) {
  std::vector<SharedFolder> shares;
  std::vector<std::string> free = volumes;
  for (const std::string& text : texts) {
    const Disk parsed = parse_disk(text);  // both are NAME=PATH
    SharedFolder share{parsed.serial, parsed.file};
    if (share.name.empty() && !free.empty()) share.name = free.front();
    if (std::ranges::find(volumes, share.name) == volumes.end())
      return fail(share.name.empty() ? fmt::format("There is no volume for the folder {}.", share.folder)
                                     : fmt::format("The manifest has no shared folder \"{}\".", share.name),
                  volumes.empty() ? "a [[volume]] with file_system = \"9p\" has one."
                                  : "there is " + join(volumes, ", ") + ".");
    if (std::ranges::find(free, share.name) == free.end())
      return fail(fmt::format("Two folders are given for \"{}\".", share.name), "leave one of the two out.");
    if (auto done = look_at(share); !done) return std::unexpected(done.error());
    std::erase(free, share.name);
    shares.push_back(share);
  }
  if (shares.size() > kMostShares) return fail(fmt::format("More than {} folders can't be shared.", kMostShares));
  for (const std::string& name : free)
    remark(fmt::format("the volume \"{}\" has no folder; give one with --share FOLDER.", name));
  return shares;
}

}  // namespace wick::tool
