// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/formats.h"

#include <algorithm>

namespace wick::tool {
namespace {

Result<void> write_raw(std::string_view disk, const fs::path& to) { return write_file(to, disk); }

constexpr Format kFormats[] = {
    {"raw", "raw", "the disk byte for byte", write_raw},
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
