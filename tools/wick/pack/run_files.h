// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files by which others than `wick run` start an image, each a text made of the same few facts. The image is the kernel
// of a virtual machine, but for systemd, which starts one that runs itself, and KubeVirt, which boots a packed disk.

#include <string>
#include <string_view>
#include <vector>

#include "image/facts.h"
#include "run/disks.h"

namespace wick::tool {

struct RunFacts {
  ImageFacts image;         ///< name, memory, and the devices that it has
  std::string path;         ///< of the image; of a container its name
  std::vector<Disk> disks;  ///< behind its volumes
  unsigned vcpus = 1;
};

/// For `virsh define`: a domain of QEMU's with KVM.
std::string libvirt_xml(const RunFacts& facts);
/// A shell script that becomes QEMU, as `wick run` starts it. It takes more arguments of QEMU's.
std::string qemu_script(const RunFacts& facts);
/// For `firecracker --no-api --config-file`; a network is at tap0.
std::string firecracker_json(const RunFacts& facts);
/// For `xl create`: a PVH domU.
std::string xl_cfg(const RunFacts& facts);
/// For `kubectl apply`. Disks are claims of volumes with the names of the serials.
std::string kubevirt_yaml(const RunFacts& facts);
/// A service.
std::string systemd_unit(const RunFacts& facts);

/// What is started: as the kernel of a virtual machine, as a program of its own, or a disk out of a registry.
enum class Starts : std::uint8_t { kernel, program, container };

struct RunFile {
  std::string_view name, ending;  ///< as it is asked for; of the file's name
  Starts starts;
  std::string (*text)(const RunFacts& facts);
  bool executable = false;
};

/// In double quotes, with a backslash before each of these and of its own kind.
std::string in_quotes(std::string_view text);

const RunFile* find_run_file(std::string_view name);
std::string run_file_help();  ///< "libvirt, qemu, …"

}  // namespace wick::tool
