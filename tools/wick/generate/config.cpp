// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "generate/config.h"

#include <fmt/format.h>

#include <iterator>

#include "abi/bootinfo.h"
#include "abi/host/manifest_note.h"
#include "abi/note.h"
#include "base/text.h"
#include "generate/assembly.h"
#include "image/facts.h"

namespace wick::tool {
namespace {

/// `key=value` lines; an empty value is left out.
class Lines {
 public:
  void add(std::string_view key, const auto& value) {
    std::string line = fmt::format("{}={}\n", key, value);
    if (!line.ends_with("=\n")) text += line;
  }
  std::string text;
};

void add_note(Assembly& out, NoteType type, std::size_t length) {
  std::string_view owner = kNoteOwner;
  out.word(static_cast<std::uint32_t>(sizeof kNoteOwner));
  out.word(static_cast<std::uint32_t>(length));
  out.word(static_cast<std::uint32_t>(type));
  out.text_with_nul(owner);
  out.align(4);
}

RestartPolicy policy_of(const std::string& name) {
  if (name == "restart") return RestartPolicy::restart;
  return name == "restore" ? RestartPolicy::restore : RestartPolicy::halt;
}

}  // namespace

std::string config_text(const Manifest& m) {
  Lines lines;
  lines.add("name", m.name);
  if (m.network) {
    lines.add("net.ipv4", m.network->ipv4);
    lines.add("net.gateway4", m.network->gateway);
    lines.add("net.ipv6", m.network->ipv6);
    lines.add("net.gateway6", m.network->gateway6);
    lines.add("net.dns", join(m.network->dns, ","));
    lines.add("net.hostname", m.network->hostname);
    lines.add("net.mtu", m.network->mtu);
    lines.add("run.linger", m.linger);
  }
  lines.add("log.syslog", m.syslog);
  for (const std::string& argument : m.arguments) lines.text += "arg=" + argument + "\n";
  for (const auto& [name, value] : m.environment) lines.text += "env." + name + "=" + value + "\n";
  for (std::size_t i = 0; i < m.volumes.size(); ++i) {
    const Volume& volume = m.volumes[i];
    lines.add(fmt::format("volume.{}", i),
              fmt::format("{}:{}:{}{}{}{}", volume.serial, volume.mount, volume.file_system,
                          volume.optional ? ":optional" : "", volume.format == "if-empty" ? ":if-empty" : "",
                          volume.on_error == "read-only" ? ":read-only" : ""));
  }
  for (const MetadataSource& source : m.metadata) lines.add("metadata.source", source.name);
  if (m.metadata_required) lines.add("metadata.required", 1);
  if (m.slots && m.slots->good_after) lines.add("slot.good_after", m.slots->good_after);
  lines.add("thread.stack", m.memory.thread_stack);
  if (!m.devices.empty()) lines.add("device.ring", m.ring_size);
  if (m.only_input) lines.add("console.output", "hv");
  return lines.text;
}

std::string note_text(const Manifest& m) {
  ManifestNote note{.name = m.name,
                    .version = m.version,
                    .profile = m.profile,
                    .wall = m.wall,
                    .memory = m.memory.size,
                    .stack = m.memory.stack,
                    .heap = m.memory.heap,
                    .dma = m.memory.dma,
                    .devices = m.devices,
                    .features = m.features,
                    .ports = {},
                    .volumes = {},
                    .shares = {},
                    .volume_sizes = {},
                    .keys = m.keys};
  if (m.network) {
    for (const Port& port : m.network->ports)
      note.ports.push_back(fmt::format("{}/{}", port.number, port.udp ? "udp" : "tcp"));
    note.outgoing = m.network->outgoing;
  }
  for (const Volume& volume : m.volumes) (volume.is_share() ? note.shares : note.volumes).push_back(volume.serial);
  for (const Volume& volume : m.volumes)
    if (volume.size) note.volume_sizes.push_back(fmt::format("{}:{}", volume.serial, volume.size));
  std::string text = manifest_note_text(note);
  if (m.slots && m.slots->release) text += fmt::format("{}{}\n", kReleaseLine.substr(1), m.slots->release);
  return text;
}

std::string config_assembly(const Manifest& m) {
  Assembly out("the configuration and notes of " + m.name);
  out.section(".wick.config", "a", "progbits", 1);
  out.global("wick_config_start");
  out.text(config_text(m));
  out.size("wick_config_start");
  out.global("wick_config_end");

  out.section(".note.Wick", "a", "note", 4);
  add_note(out, NoteType::abi, sizeof(AbiNote));
  out.word(kAbiMajor | static_cast<std::uint32_t>(kAbiMinor) << 16);
  out.word(m.wall_required ? kWallRequired : 0);
  out.quad(m.calls);
  std::string text = note_text(m);
  add_note(out, NoteType::manifest, text.size());
  out.text(text);
  out.align(4);
  add_note(out, NoteType::restart, sizeof(RestartNote));
  constexpr std::uint64_t kMillisecond = 1'000'000;
  out.word(static_cast<std::uint32_t>(policy_of(m.restart.policy)));
  out.word(m.restart.most);
  out.quad(m.restart.window * kMillisecond);
  out.quad(m.restart.delay * kMillisecond);
  out.quad(m.restart.reserve);
  out.word(0);
  out.word(
      static_cast<std::uint32_t>(m.restart.checkpoint == "last" ? CheckpointPolicy::last : CheckpointPolicy::first));
  return std::move(out).finish();
}

}  // namespace wick::tool
