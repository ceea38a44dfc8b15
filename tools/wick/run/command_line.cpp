// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/command_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "abi/settings.h"
#include "base/file.h"
#include "base/text.h"
#include "run/hardware.h"

namespace wick::tool {
namespace {

constexpr const char* kLess = "give less, or put it into a file of [files] in its wick.toml.";

/// "key=value" of each argument and variable.
Result<std::vector<std::string>> settings_of(const BootSettings& settings) {
  std::vector<std::string> list;
  for (const std::string& argument : settings.arguments) list.push_back("arg=" + argument);
  for (const std::string& variable : settings.environment) {
    const std::size_t equals = variable.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(fmt::format("\"{}\" is not an environment variable.", variable), "write --env NAME=value.");
    list.push_back("env." + variable);
  }
  for (const std::string& setting : list) {
    if (setting.find_first_of("\n\r") == std::string::npos) continue;
    return fail(fmt::format("The value {} holds a line break.", setting), "settings are single lines.");
  }
  return list;
}

/// Whether no loader changes it: GRUB, for one, has quotes, blanks, backslashes and dollars of its own.
bool is_plain_word(const std::string& setting) {
  constexpr std::string_view kPlain = "_-./:,=+@%";
  const bool empty_value = setting.ends_with('=');
  return !empty_value && std::ranges::all_of(setting, [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c)) || kPlain.contains(static_cast<char>(c));
  });
}

std::string key_of(const std::string& line) { return line.substr(0, line.find('=')); }

/// The block's lines but for those whose key a setting gives, and then the settings.
std::string merged(const std::string& block, const std::vector<std::string>& settings) {
  std::string text;
  for (const std::string& line : split(block, '\n')) {
    const bool given = std::ranges::any_of(settings, [&](const auto& one) { return key_of(one) == key_of(line); });
    if (!given && !line.empty()) text += line + "\n";
  }
  for (const std::string& setting : settings) text += setting + "\n";
  return text;
}

}  // namespace

Result<std::string> read_configuration(const std::string& file) {
  std::error_code error;
  if (file.empty()) return "";
  if (!fs::exists(file, error))
    return fail(fmt::format("The configuration block {} does not exist.", file),
                "it is a text file of key=value lines.");
  if (!fs::is_regular_file(file, error))
    return fail(fmt::format("The configuration block {} is no file.", file), "it is a text file of key=value lines.");
  if (const auto bytes = fs::file_size(file, error); !error && bytes > kMaxConfigurationBytes)
    return fail(fmt::format("The configuration block {} has {} bytes, and an image takes {}.", file, bytes,
                            kMaxConfigurationBytes),
                kLess);
  return read_file(file);
}

Result<BootTexts> boot_texts(const BootSettings& settings, const std::string& block) {
  auto list = settings_of(settings);
  if (!list) return std::unexpected(list.error());
  if (settings.append.find_first_of("\n\r") != std::string::npos)
    return fail("The words of --append hold a line break.", "a command line is a single line.");
  const std::string_view exit_word = exit_device().word;
  BootTexts texts{std::string(exit_word), ""};
  const std::string append = settings.append.empty() ? "" : " " + settings.append;
  const std::string words = list->empty() ? "" : " " + join(*list, " ");
  const bool fits = exit_word.size() + words.size() + append.size() <= kMaxCommandLineBytes;
  if (fits && std::ranges::all_of(*list, is_plain_word))
    texts.command_line += words;
  else if (!list->empty())
    texts.block = merged(block, *list);
  texts.command_line += append;
  if (texts.command_line.size() > kMaxCommandLineBytes)
    return fail(fmt::format("The command line has {} bytes, and an image takes {}.", texts.command_line.size(),
                            kMaxCommandLineBytes),
                "put settings into a configuration block: --config FILE.");
  const std::string& whole = texts.block.empty() ? block : texts.block;
  if (whole.size() > kMaxConfigurationBytes)
    return fail(fmt::format("Arguments, variables and the configuration block have {} bytes, and an image takes {}.",
                            whole.size(), kMaxConfigurationBytes),
                kLess);
  const auto lines = std::ranges::count_if(split(whole, '\n'), [](const auto& line) { return line.contains('='); });
  const auto count = static_cast<std::size_t>(lines) + (texts.block.empty() ? list->size() : 0);
  if (count > kMaxGivenSettings)
    return fail(fmt::format("Arguments, variables and the configuration block are {} settings, and an image takes {}.",
                            count, kMaxGivenSettings),
                kLess);
  return texts;
}

}  // namespace wick::tool
