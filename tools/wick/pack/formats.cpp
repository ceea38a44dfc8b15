// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/formats.h"

#include <algorithm>

namespace wick::tool {
namespace {

constexpr Format kFormats[] = {
    {"raw", "raw", "the disk byte for byte", write_raw},
    {"qcow2", "qcow2", "QEMU, OpenStack", write_qcow2},
    {"vhd", "vhd", "Azure: fixed, whole MiB", write_vhd},
    {"vhdx", "vhdx", "Hyper-V: dynamic", write_vhdx},
    {"vmdk", "vmdk", "VMware: stream-optimized", write_vmdk},
    {"ova", "ova", "VMware, VirtualBox: a machine with its disk", write_ova},
    {"gce", "tar.gz", "Google Compute Engine: disk.raw in a tar", write_gce},
    {"iso", "iso", "a CD or a stick", write_iso},
    {"ami", "ami", "Amazon EC2: the disk, and files that make an image of it", write_ami},
    {"oci", "oci.tar", "containers' engines and registries", nullptr, write_oci},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &Format::name);
  return found == std::end(kFormats) ? nullptr : found;
}

std::string format_help() {
  std::string text;
  for (const Format& format : kFormats) text += (text.empty() ? "" : ", ") + std::string(format.name);
  return text;
}

}  // namespace wick::tool
