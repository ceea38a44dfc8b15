// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// OpenStack's configuration drive: a disk whose volume label is "config-2", with the documents in openstack/latest.

#include "metadata/sources/labels.h"

namespace wick::metadata {

namespace {

/// A folder in another one. @return nullptr, or what is wrong
const char* enter(Disk& disk, std::string_view name, iso::Extent& folder) {
  iso::Wanted wanted[] = {{name, {}, false, iso::Kind::folder}};
  if (const char* wrong = iso::find_files(disk, folder, wanted)) return wrong;
  folder = wanted[0].extent;
  return wanted[0].found ? nullptr : "has no folder openstack/latest";
}

Finding find(Surroundings& around, Texts& to) {
  LabelledDisk disk = find_label(around, "config-2", "this machine has no disk with the label config-2");
  if (!disk.disk || disk.finding.fault) return disk.finding;
  iso::Extent folder = disk.root;
  for (const std::string_view name : {"openstack", "latest"})
    if (const char* wrong = enter(*disk.disk, name, folder)) return {true, disk.finding.of, {wrong}};
  to.form = Form::openstack;
  const WantedText wanted[] = {
      {"meta_data.json", to.meta_data}, {"user_data", to.user_data}, {"network_data.json", to.network_config}};
  return read_files(disk, folder, wanted, "has none of meta_data.json, user_data and network_data.json");
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"config-drive", Stage::disks, find};

}  // namespace wick::metadata
