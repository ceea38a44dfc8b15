// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// An Amazon machine image is registered from a snapshot, and that is imported from a raw disk: the disk, what
// `aws ec2 import-snapshot` and `aws ec2 register-image` are to read, and a script that calls them in that order. What
// is known only then stands in the files as a word in capitals.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/architecture.h"
#include "base/text.h"
#include "pack/formats/formats.h"
#include "pack/raw_disk.h"

namespace wick::tool {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRootDevice = "/dev/xvda";

/// @param key of the disk within the bucket
std::string import_text(const std::string& key) {
  const Json disk = {
      {"Description", key}, {"Format", "RAW"}, {"UserBucket", {{"S3Bucket", "BUCKET"}, {"S3Key", key + ".raw"}}}};
  return Json{{"Description", key}, {"DiskContainer", disk}}.dump(2) + "\n";
}

std::string register_text(const std::string& name) {
  const Json disk = {{"DeviceName", kRootDevice}, {"Ebs", {{"SnapshotId", "SNAPSHOT"}, {"DeleteOnTermination", true}}}};
  const Json image = {{"Name", name},
                      {"Architecture", kArchitecture.name},
                      {"VirtualizationType", "hvm"},
                      {"RootDeviceName", kRootDevice},
                      {"BlockDeviceMappings", Json::array({disk})}};
  return image.dump(2) + "\n";
}

constexpr std::string_view kScript = R"sh(#!/bin/sh
# Makes an Amazon machine image of the disk beside it, by way of a bucket that the role `vmimport` may read.
set -eu
if [ $# -ne 1 ]; then
  echo "usage: $0 BUCKET" >&2
  exit 2
fi
cd "$(dirname "$0")"
aws s3 cp {disk} "s3://$1/{key}.raw" >&2
task=$(aws ec2 import-snapshot --cli-input-json "$(sed "s/BUCKET/$1/" {import})" --query ImportTaskId --output text)
aws ec2 wait snapshot-imported --import-task-ids "$task"
snapshot=$(aws ec2 describe-import-snapshot-tasks --import-task-ids "$task" \
  --query 'ImportSnapshotTasks[0].SnapshotTaskDetail.SnapshotId' --output text)
aws ec2 register-image --cli-input-json "$(sed "s/SNAPSHOT/$snapshot/" {register})" --query ImageId --output text
)sh";

std::string script_text(const fs::path& to, const std::string& key) {
  // With a path in front, no name is taken for an option.
  const std::string file = "./" + to.filename().string();
  return fmt::format(fmt::runtime(kScript), fmt::arg("disk", shell_word(file)), fmt::arg("key", key),
                     fmt::arg("import", shell_word(file + ".import.json")),
                     fmt::arg("register", shell_word(file + ".register.json")));
}

}  // namespace

Result<void> write_ami(const RawDisk& disk, const fs::path& to, const VirtualMachine& machine) {
  auto digest = disk.digest();
  if (!digest) return std::unexpected(digest.error());
  // Names of images are unique in an account: this one goes with what is on the disk.
  const std::string key =
      fmt::format("{}-{:02x}{:02x}{:02x}{:02x}", machine.name, (*digest)[0], (*digest)[1], (*digest)[2], (*digest)[3]);
  std::vector<OutputFile> files;
  for (const std::string_view ending : {"", ".import.json", ".register.json", ".sh"}) {
    auto file = OutputFile::create(to.string() + std::string(ending));
    if (!file) return std::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  if (auto done = copy_used(disk, files[0]); !done) return done;
  files[1].append(import_text(key));
  files[2].append(register_text(key));
  files[3].append(script_text(to, key));
  for (const OutputFile& file : files)
    if (auto done = file.written(); !done) return done;
  for (OutputFile& file : files)
    if (auto done = file.finish(&file == &files.back()); !done) return done;
  return {};
}

}  // namespace wick::tool
