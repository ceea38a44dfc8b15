// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "appliance.h"

#include <fmt/format.h>
#include <sodium/utils.h>

#include <optional>

#include "pack/urunc.h"

namespace wick::runtime {
namespace {

constexpr std::uint64_t kMaxAppliance = 256 << 20, kMaxUruncFile = 64 << 10;
constexpr std::size_t kMaxPath = 4096;

Result<Appliance> open_appliance(const fs::path& rootfs, const std::string& path) {
  auto file = open_within(rootfs, path, kMaxAppliance);
  if (!file) return std::unexpected(file.error());
  auto elf = tool::Elf::open(file->path());
  auto facts = elf ? tool::image_facts(*elf, path) : std::unexpected(elf.error());
  if (!facts || elf->monitor_size() == 0)
    return fail(fmt::format("{} is no appliance that runs itself on Linux, or is damaged.", path));
  return Appliance{path, std::move(*facts)};
}

Result<std::string> base64_text(const std::string& text) {
  std::string out(text.size(), '\0');
  std::size_t bytes = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                        &bytes, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return fail(fmt::format("{}: {} is not in base64.", tool::urunc::kFile, tool::urunc::kBinary));
  out.resize(bytes);
  return out;
}

/// What the image calls its appliance; empty: nothing.
Result<std::string> named_binary(const Json& config, const fs::path& rootfs) {
  const std::string binary(tool::urunc::kBinary);
  if (std::string noted = text_at(config, {"annotations", binary.c_str()}); !noted.empty()) return noted;
  auto file = open_within(rootfs, "/" + std::string(tool::urunc::kFile), kMaxUruncFile);
  if (!file) return std::string();
  auto text = tool::read_file(file->path());
  if (!text) return std::unexpected(text.error());
  auto json = read_json(*text, tool::urunc::kFile);
  if (!json) return std::unexpected(json.error());
  return base64_text(text_at(*json, {binary.c_str()}));
}

}  // namespace

Result<Appliance> find_appliance(const Json& config, const fs::path& rootfs) {
  auto arguments = texts_at(config, {"process", "args"});
  if (!arguments) return std::unexpected(arguments.error());
  auto entry = open_appliance(rootfs, arguments->front());
  if (entry) {
    entry->is_entry = true;
    return entry;
  }
  auto binary = named_binary(config, rootfs);
  if (!binary) return std::unexpected(binary.error());
  if (binary->size() > kMaxPath) return fail(fmt::format("{} is no path.", tool::urunc::kBinary));
  if (binary->empty()) return entry;
  return open_appliance(rootfs, *binary);
}

}  // namespace wick::runtime
