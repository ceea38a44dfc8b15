// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/run_files.h"

#include <algorithm>

namespace wick::tool {
namespace {

constexpr RunFile kRunFiles[] = {
    {"libvirt", ".xml", Starts::kernel, libvirt_xml},           {"qemu", ".sh", Starts::kernel, qemu_script, true},
    {"firecracker", ".json", Starts::kernel, firecracker_json}, {"xl", ".cfg", Starts::kernel, xl_cfg},
    {"kubevirt", ".yaml", Starts::container, kubevirt_yaml},    {"systemd", ".service", Starts::program, systemd_unit},
};

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

const RunFile* find_run_file(std::string_view name) {
  const auto found = std::ranges::find(kRunFiles, name, &RunFile::name);
  return found == std::end(kRunFiles) ? nullptr : found;
}

std::string run_file_help() {
  std::string text;
  for (const RunFile& file : kRunFiles) text += (text.empty() ? "" : ", ") + std::string(file.name);
  return text;
}

}  // namespace wick::tool
