// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// An OVA (DMTF DSP0243, 1.1): a tar of the machine's description, a manifest with the digest of each file, and the
// disk.

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <vector>

#include "base/stored.h"
#include "base/text.h"
#include "pack/formats/ovf.h"
#include "pack/formats/vmdk.h"
#include "pack/raw_disk.h"
#include "pack/tar.h"

namespace wick::tool {
namespace {

using Take = std::function<void(std::span<const std::byte>)>;

/// All of a file, piece by piece.
Result<void> read_all(const fs::path& path, const Take& take) {
  std::vector<char> piece(64 * kKiB);
  std::ifstream in(path, std::ios::binary);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    take(std::as_bytes(std::span(piece)).first(static_cast<std::size_t>(in.gcount())));
  if (!in.eof()) return fail(fmt::format("{} can't be read again.", path.string()));
  return {};
}

}  // namespace

Result<void> write_ova(const RawDisk& disk, const fs::path& to, const VirtualMachine& machine) {
  auto vmdk = OutputFile::create(to, "vmdk");
  if (!vmdk) return std::unexpected(vmdk.error());
  if (auto done = append_vmdk(disk, *vmdk); !done) return done;
  if (auto done = vmdk->written(); !done) return done;
  Sha256 disk_sum, ovf_sum;
  if (auto done = read_all(vmdk->path(), [&](auto bytes) { disk_sum.add(bytes); }); !done) return done;

  const std::string description = machine.name + ".ovf", disk_file = machine.name + "-disk1.vmdk";
  const std::string ovf = ovf_text(machine, {disk_file, vmdk->bytes(), vmdk_bytes(disk)});
  ovf_sum.add(std::as_bytes(std::span(ovf)));
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());
  file->append(tar_member(description, ovf));
  file->append(tar_member(machine.name + ".mf",
                          fmt::format("SHA256({})= {}\nSHA256({})= {}\n", description, hexadecimal(ovf_sum.end()),
                                      disk_file, hexadecimal(disk_sum.end()))));
  file->append(bytes_of(tar_header(disk_file, vmdk->bytes())));
  if (auto done = read_all(vmdk->path(), [&](auto bytes) { file->append(bytes); }); !done) return done;
  file->extend(round_up(file->bytes(), kTarBlock) + 2 * kTarBlock);  // two blocks of zeros end it
  return file->finish();
}

}  // namespace wick::tool
