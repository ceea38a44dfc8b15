// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// NoCloud: a disk whose volume label is "cidata", with the three documents of cloud-init's in its root, as
// cloud-localds makes it.

#include "metadata/sources/labels.h"

namespace wick::metadata {

namespace {

Finding find(Surroundings& around, Texts& to) {
  LabelledDisk disk = find_label(around, "cidata", "this machine has no disk with the label cidata");
  if (!disk.disk || disk.finding.fault) return disk.finding;
  const WantedText wanted[] = {
      {"meta-data", to.meta_data}, {"user-data", to.user_data}, {"network-config", to.network_config}};
  return read_files(disk, disk.root, wanted, "has none of meta-data, user-data and network-config");
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"nocloud", Stage::disks, find};

}  // namespace wick::metadata
