// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/container.h"

#include <sodium/utils.h>

#include <nlohmann/json.hpp>

#include "run/forward.h"

namespace wick::tool {
namespace {

std::string base64(std::string_view text) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;  // RFC 4648, section 4
  std::string out(sodium_base64_encoded_len(text.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), kVariant);
  out.pop_back();  // the zero behind it
  return out;
}

std::string within(std::string_view folder, const std::string& name) { return std::string(folder) + "/" + name; }

}  // namespace

std::vector<std::string> entry_words(const Container& container) {
  std::vector<std::string> words = {container.program_path()};
  for (const Forward& forward : container_forwards(container.image.ports))
    words.push_back("--publish=" + forward_text(forward));
  for (const std::string& serial : container.image.volumes)
    words.push_back("--disk=" + serial + "=" + within(kVolumeFolder, serial));
  for (const std::string& key : container.image.keys) words.push_back("--key=" + key + "=" + within(kKeyFolder, key));
  if (container.image.has(DeviceKind::vsock)) words.push_back("--vsock=" + std::string(kVsockPath));
  if (!container.configuration.empty()) words.push_back("--config=" + std::string(kConfigurationPath));
  for (const std::string& variable : container.settings.environment) words.push_back("--env=" + variable);
  if (!container.settings.append.empty()) words.push_back("--append=" + container.settings.append);
  return words;
}

std::vector<std::string> argument_words(const Container& container) {
  std::vector<std::string> words;
  for (const std::string& argument : container.settings.arguments) words.push_back("--arg=" + argument);
  return words;
}

std::vector<std::pair<std::string_view, std::string>> urunc_facts(const Container& container) {
  return {{urunc::kBinary, container.program_path()},
          {urunc::kType, "wick"},
          {urunc::kVersion, WICK_VERSION},
          {urunc::kHypervisor, std::string(wall_name(container.image.wall))}};
}

std::string urunc_json(const Container& container) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : urunc_facts(container)) json[std::string(name)] = base64(value);
  return json.dump(2) + "\n";
}

}  // namespace wick::tool
