// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// One writer at a time, for pack_formats.py and run_files.py: pack-formats FORMAT RAW OUT, pack-formats RUN-FILE IMAGE.

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "pack/formats.h"
#include "pack/run_files.h"

namespace {

using namespace wick::tool;

int pack(std::string_view name, const char* raw, const char* to) {
  const VirtualMachine machine{.name = "packed", .memory = 64 << 20, .vcpus = 2};
  const Format* format = find_format(name);
  if (!format || !format->write) return 2;
  const auto disk = RawDisk::open(raw);
  const Result<void> done = disk ? format->write(*disk, to, machine) : std::unexpected(disk.error());
  if (!done) fmt::print(stderr, "{}\n", done.error().sentence);
  return done ? 0 : 1;
}

/// With two disks, whose names no reader should trip over.
int print_run_file(std::string_view name, const char* image) {
  RunFacts facts;
  facts.image.name = "packed";
  facts.image.memory = 64 << 20;
  facts.image.devices = {"network", "entropy"};
  facts.image.ports = {"80/tcp", "5000/udp"};
  facts.path = image;
  facts.disks = {{.serial = "data", .file = "/var/a & 'b'/data \"1\".img"},
                 {.serial = "logs", .file = "/var/50%$x,y.img", .read_only = true}};
  const RunFile* file = find_run_file(name);
  if (file) fmt::print("{}", file->text(facts));
  return file ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4) return pack(argv[1], argv[2], argv[3]);
  return argc == 3 ? print_run_file(argv[1], argv[2]) : 2;
}
