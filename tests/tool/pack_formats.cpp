// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// One writer at a time, for pack_formats.py and run_files.py: pack-formats FORMAT RAW OUT, pack-formats RUN-FILE IMAGE.

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "pack/formats/formats.h"
#include "pack/run_files.h"

namespace {

using namespace wick::tool;

struct Row {
  std::string_view name;
  FormatWriter* write;
};
constexpr Row kFormats[] = {{"qcow2", write_qcow2}, {"vhd", write_vhd}, {"vhdx", write_vhdx}, {"vmdk", write_vmdk},
                            {"ova", write_ova},     {"gce", write_gce}, {"ami", write_ami}};

int pack(std::string_view name, const char* raw, const char* to) {
  const VirtualMachine machine{.name = "packed", .memory = 64 << 20, .vcpus = 2};
  for (const Row& format : kFormats) {
    if (format.name != name) continue;
    auto done = format.write(raw, to, machine);
    if (!done) fmt::print(stderr, "{}\n", done.error().sentence);
    return done ? 0 : 1;
  }
  return 2;
}

/// With two disks, whose names no reader should trip over.
int print_run_file(std::string_view name, const char* image) {
  RunFacts facts;
  facts.image.name = "packed";
  facts.image.memory = 64 << 20;
  facts.image.devices = {"network", "entropy"};
  facts.path = image;
  facts.disks = {{.serial = "data", .file = "/var/a & 'b'/data \"1\".img"},
                 {.serial = "logs", .file = "/var/50%$x,y.img", .read_only = true}};
  for (const RunFile& file : kRunFiles) {
    if (file.name != name) continue;
    fmt::print("{}", file.text(facts));
    return 0;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4) return pack(argv[1], argv[2], argv[3]);
  return argc == 3 ? print_run_file(argv[1], argv[2]) : 2;
}
