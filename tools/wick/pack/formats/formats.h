// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Raw disks become what clouds and hypervisors import. Each writer makes the same bytes of the same disk, leaves
// nothing behind when it fails, and reads no more than what isn't zero.

#include <cstdint>
#include <string>

#include "pack/raw_disk.h"

namespace wick::tool {

/// What formats that describe a whole machine say of it.
struct VirtualMachine {
  std::string name;          ///< letters, digits, '-', as the manifest has it
  std::uint64_t memory = 0;  ///< bytes
  unsigned vcpus = 1;
};

/// Writes `to` from a raw disk. Fails when the disk can't be read or doesn't fit the format, and when the file can't be
/// written or hasn't room.
using FormatWriter = Result<void>(const RawDisk& disk, const fs::path& to, const VirtualMachine& machine);

FormatWriter write_raw;    ///< the disk byte for byte, with holes
FormatWriter write_qcow2;  ///< QEMU's, version 3: OpenStack, Proxmox, KVM
FormatWriter write_vhd;    ///< Microsoft's, fixed: Azure
FormatWriter write_vhdx;   ///< Microsoft's, dynamic: Hyper-V
FormatWriter write_vmdk;   ///< VMware's, stream-optimized
FormatWriter write_ova;    ///< a whole machine with its VMDK: VMware, VirtualBox
FormatWriter write_ami;    ///< the disk, and beside it what makes an Amazon machine image of it
FormatWriter write_iso;    ///< a CD that starts, and a stick: `wick pack`'s own disks alone
FormatWriter write_gce;    ///< disk.raw in a gzip'ed tar: Google Compute Engine

}  // namespace wick::tool
