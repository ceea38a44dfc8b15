// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// `key=value` lines as tools/wick writes them. An unknown key is skipped: a newer builder may say more.
#include "monitor/guest/manifest.h"

#include <algorithm>
#include <charconv>

#include "monitor/network/destinations.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kMostText = 64 << 10, kMostEntries = 64, kMostName = 63, kMostSerial = 20;
constexpr std::uint64_t kPage = 4096, kMostMemory = 64ull << 30;

/// Letters, digits and what versions, drivers and serials have besides: nothing that a path or a shell knows.
bool is_word(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '+';
  });
}

/// As the manifest's own rule for appliance.name.
bool is_name(std::string_view text) {
  return text.size() <= kMostName && !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_port(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{} && number && (rest == "/tcp" || rest == "/udp");
}

bool read_size(std::string_view text, std::uint64_t& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size() && to % kPage == 0 && to <= kMostMemory;
}

template <typename Fine>
bool read_list(std::string_view text, std::vector<std::string>& to, Fine fine) {
  to.clear();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view entry = text.substr(at, end - at);
    if (!fine(entry) || to.size() == kMostEntries) return false;
    to.emplace_back(entry);
    at = end + 1;
  }
  return true;
}

/// One line of the note. @return whether its value can be understood
bool take(std::string_view key, std::string_view value, GuestImage& image) {
  const auto word = [&](std::string& to, std::size_t most) { return is_word(to = value, most); };
  if (key == "name") return is_name(image.name = value);
  if (key == "version") return word(image.version, kMostName);
  if (key == "profile") return word(image.profile, kMostName);
  if (key == "wall") {
    image.wall = value == "process" ? Wall::process : Wall::hosted;
    return value == "process" || value == "hosted";
  }
  if (key == "memory") return read_size(value, image.memory);
  if (key == "heap") return read_size(value, image.heap);
  if (key == "dma") return read_size(value, image.dma);
  if (key == "drivers") return read_list(value, image.drivers, [](auto entry) { return is_word(entry, kMostName); });
  if (key == "outgoing") return parse_outgoing(image.outgoing = value).has_value();
  if (key == "ports") return read_list(value, image.ports, is_port);
  if (key == "volumes") return read_list(value, image.volumes, [](auto entry) { return is_word(entry, kMostSerial); });
  return true;
}

}  // namespace

std::optional<std::string> read_manifest_note(std::string_view text, GuestImage& image) {
  if (text.size() > kMostText) return "the image's manifest note is too long";
  bool has_wall = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string_view key = line.substr(0, equals);
    if (equals == line.size() || !is_word(key, kMostName)) return "the image's manifest note is not key=value lines";
    if (!take(key, line.substr(equals + 1), image)) {
      if (key == "wall") return "the image is built for a wall that Linux can't be: neither hosted nor process";
      return "the image's manifest note has a bad value for " + std::string(key);
    }
    has_wall = has_wall || key == "wall";
  }
  if (image.name.empty()) return "the image's manifest note has no name";
  if (!has_wall) return "the image's manifest note has no wall";
  return {};
}

}  // namespace wick::monitor
