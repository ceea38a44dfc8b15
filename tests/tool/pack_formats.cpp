// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// One writer of formats at a time, for pack_formats.py: pack-formats FORMAT RAW OUT.

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "pack/formats/formats.h"

namespace {

using namespace wick::tool;

struct Row {
  std::string_view name;
  FormatWriter* write;
};
constexpr Row kFormats[] = {{"qcow2", write_qcow2}, {"vhd", write_vhd}};

}  // namespace

int main(int argc, char** argv) {
  const VirtualMachine machine{.name = "packed", .memory = 64 << 20, .vcpus = 2};
  for (const Row& format : kFormats) {
    if (argc != 4 || format.name != argv[1]) continue;
    if (auto done = format.write(argv[2], argv[3], machine); !done) {
      fmt::print(stderr, "{}\n", done.error().sentence);
      return 1;
    }
    return 0;
  }
  fmt::print(stderr, "pack-formats FORMAT RAW OUT\n");
  return 2;
}
