// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of an image's manifest note (abi/note.h): `key=value` lines. The builder writes it; the monitor and the
// tools read it, from files that anybody may have made. Its name becomes part of file names and its lists of command
// lines, so the reader takes nothing that the builder wouldn't write. An unknown key is a newer builder's. For programs
// of the host alone: hv and guests don't read it.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "abi/device.h"
#include "abi/host/names.h"
#include "abi/key.h"
#include "abi/types.h"

namespace wick {

struct ManifestNote {
  std::string name, version, profile;
  Wall wall = Wall::none;
  std::uint64_t memory = 0, stack = 0, heap = 0, dma = 0;      ///< bytes, whole pages
  std::vector<std::string> devices, features, ports, volumes;  ///< classes; ports as "80/tcp", volumes by serial
  std::vector<std::string> shares;                             ///< volumes that are folders, likewise
  std::vector<std::string> volume_sizes;                       ///< "serial:bytes", of those that have a partition
  std::vector<std::string> keys;                               ///< of the key service, by name
  std::string outgoing = "any";                                ///< network.outgoing

  bool has(DeviceKind device) const { return std::ranges::find(devices, class_name(device)) != devices.end(); }
};

namespace manifest_note {

constexpr std::size_t kMaxText = 64 << 10, kMaxEntries = 64, kMaxName = 63, kMaxSerial = 20,
                      kMaxKeyName = kKeyNameBytes - 1;
constexpr std::uint64_t kMaxMemory = 64ull << 30;

/// Letters, digits and what versions, devices and serials have besides: nothing that a path or a shell knows.
constexpr bool is_word(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '+';
  });
}

/// As the manifest's own rule for appliance.name.
constexpr bool is_name(std::string_view text) {
  return text.size() <= kMaxName && !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

inline bool is_port(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{} && number && (rest == "/tcp" || rest == "/udp");
}

/// network.outgoing has a grammar of its own; whoever acts on it knows that.
inline bool is_outgoing(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

[[nodiscard]] inline bool read_size(std::string_view text, std::uint64_t& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size() && to % kPage == 0 && to <= kMaxMemory;
}

template <typename Fine>
[[nodiscard]] bool read_list(std::string_view text, std::vector<std::string>& to, Fine fine) {
  to.clear();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view entry = text.substr(at, end - at);
    if (!fine(entry) || to.size() == kMaxEntries) return false;
    to.emplace_back(entry);
    at = end + 1;
  }
  return true;
}

/// "serial:bytes", whole sectors.
inline bool is_volume_size(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  std::uint64_t bytes = 0;
  const auto [end, error] =
      std::from_chars(text.data() + std::min(colon + 1, text.size()), text.data() + text.size(), bytes);
  return is_word(text.substr(0, colon), kMaxSerial) && error == std::errc{} && end == text.data() + text.size() &&
         bytes != 0 && bytes % 512 == 0;
}

/// One line. @return whether its value can be understood
inline bool take(std::string_view key, std::string_view value, ManifestNote& note) {
  const auto word = [](std::string_view text) { return is_word(text, kMaxName); };
  if (key == "name") return is_name(note.name = value);
  if (key == "version") return word(note.version = value);
  if (key == "profile") return word(note.profile = value);
  if (key == "wall") {
    const auto wall = wall_of(value);
    note.wall = wall.value_or(Wall::none);
    return wall.has_value();
  }
  if (key == "memory") return read_size(value, note.memory);
  if (key == "stack") return read_size(value, note.stack);
  if (key == "heap") return read_size(value, note.heap);
  if (key == "dma") return read_size(value, note.dma);
  if (key == "devices") return read_list(value, note.devices, word);
  if (key == "features") return read_list(value, note.features, word);
  if (key == "ports") return read_list(value, note.ports, is_port);
  if (key == "volumes") return read_list(value, note.volumes, [](auto entry) { return is_word(entry, kMaxSerial); });
  if (key == "volume_sizes") return read_list(value, note.volume_sizes, is_volume_size);
  if (key == "shares") return read_list(value, note.shares, [](auto entry) { return is_word(entry, kMaxSerial); });
  if (key == "keys") return read_list(value, note.keys, [](auto entry) { return is_word(entry, kMaxKeyName); });
  if (key == "outgoing") return is_outgoing(note.outgoing = value);
  return true;
}

}  // namespace manifest_note

/// @return what is wrong in one sentence without a full stop
inline std::expected<ManifestNote, std::string> read_manifest_note(std::string_view text) {
  using namespace manifest_note;
  if (text.size() > kMaxText) return std::unexpected("the image's manifest note is too long");
  ManifestNote note;
  bool has_wall = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string_view key = line.substr(0, equals);
    if (equals == line.size() || !is_word(key, kMaxName))
      return std::unexpected("the image's manifest note is not key=value lines");
    if (!take(key, line.substr(equals + 1), note))
      return std::unexpected("the image's manifest note has a bad value for " + std::string(key));
    has_wall = has_wall || key == "wall";
  }
  if (note.name.empty()) return std::unexpected("the image's manifest note has no name");
  if (!has_wall) return std::unexpected("the image's manifest note has no wall");
  return note;
}

/// What read_manifest_note() reads. An empty value is left out.
inline std::string manifest_note_text(const ManifestNote& note) {
  std::string text;
  const auto line = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) text.append(key).append("=").append(value).append("\n");
  };
  const auto size = [&](std::string_view key, std::uint64_t value) { line(key, std::to_string(value)); };
  const auto list = [&](std::string_view key, const std::vector<std::string>& values) {
    std::string joined;
    for (const std::string& value : values) joined += (joined.empty() ? "" : ",") + value;
    line(key, joined);
  };
  line("name", note.name);
  line("version", note.version);
  line("wall", wall_name(note.wall));
  line("profile", note.profile);
  size("memory", note.memory);
  size("stack", note.stack);
  size("heap", note.heap);
  size("dma", note.dma);
  list("devices", note.devices);
  list("features", note.features);
  list("ports", note.ports);
  if (note.outgoing != ManifestNote{}.outgoing) line("outgoing", note.outgoing);
  list("volumes", note.volumes);
  list("volume_sizes", note.volume_sizes);
  list("shares", note.shares);
  list("keys", note.keys);
  return text;
}

}  // namespace wick
