// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The parsed manifest as JSON, for editors and scripts.

#include <nlohmann/json.hpp>

#include "manifest/calls.h"
#include "manifest/manifest.h"

namespace wick::tool {
namespace {

using Json = nlohmann::ordered_json;

Json paths(const std::vector<fs::path>& list) {
  Json array = Json::array();
  for (const fs::path& path : list) array.push_back(path.string());
  return array;
}

Json foreign_json(const ForeignBuild& build) {
  return {{"system", build.system},   {"source", build.source.string()},
          {"options", build.options}, {"targets", build.targets},
          {"tools", build.tools},     {"folder", build.folder.string()}};
}

Json network_json(const Network& network) {
  Json ports = Json::array();
  for (const Port& port : network.ports)
    ports.push_back({{"port", port.number}, {"protocol", port.udp ? "udp" : "tcp"}});
  return {{"ipv4", network.ipv4},        {"gateway", network.gateway},
          {"ipv6", network.ipv6},        {"gateway6", network.gateway6},
          {"dns", network.dns},          {"hostname", network.hostname},
          {"mtu", network.mtu},          {"ports", ports},
          {"outgoing", network.outgoing}};
}

}  // namespace

std::string manifest_json(const Manifest& m) {
  Json upstream = Json::object(), files = Json::object(), volumes = Json::array(), environment = Json::object();
  for (const Upstream& from : m.application.upstream) upstream[from.name] = from.folder.string();
  for (const RomFile& file : m.rom) files[file.path] = file.source.empty() ? Json(nullptr) : Json(file.source.string());
  for (const Volume& volume : m.volumes) {
    volumes.push_back({{"serial", volume.serial},
                       {"mount", volume.mount},
                       {"file_system", volume.file_system},
                       {"optional", volume.optional},
                       {"format", volume.format},
                       {"on_error", volume.on_error}});
  }
  for (const auto& [name, value] : m.environment) environment[name] = value;
  Json sources = Json::array();
  for (const MetadataSource& source : m.metadata) sources.push_back(source.name);
  Json json{
      {"wick", 1},
      {"name", m.name},
      {"version", m.version},
      {"profile", m.profile},
      {"wall", wall_name(m.wall)},
      {"directory", m.directory.string()},
      {"application",
       {{"sources_from", upstream},
        {"build", m.application.build ? foreign_json(*m.application.build) : Json(nullptr)},
        {"sources", paths(m.application.sources)},
        {"includes", paths(m.application.includes)},
        {"libraries", paths(m.application.libraries)},
        {"program", m.application.program.string()},
        {"packages", m.application.packages},
        {"defines", m.application.defines},
        {"c_args", m.application.c_args},
        {"cpp_args", m.application.cpp_args}}},
      {"files", files},
      {"memory",
       {{"size", m.memory.size},
        {"stack", m.memory.stack},
        {"thread_stack", m.memory.thread_stack},
        {"heap", m.memory.heap},
        {"dma", m.memory.dma}}},
      {"threads", {{"slice", m.slice}}},
      {"network", m.network ? network_json(*m.network) : Json(nullptr)},
      {"log", {{"syslog", m.syslog}}},
      {"volumes", volumes},
      {"metadata", {{"sources", sources}, {"required", m.metadata_required}}},
      {"keys", m.keys},
      {"slots",
       m.slots ? Json{{"release", m.slots->release}, {"good_after", m.slots->good_after}, {"update", m.slots->update}}
               : Json(nullptr)},
      {"run", {{"arguments", m.arguments}, {"environment", environment}, {"linger", m.linger}}},
      {"features", m.features},
      {"devices", m.devices},
      {"ring", m.ring_size},
      {"calls", call_list(m.calls)},
  };
  return json.dump(2);
}

}  // namespace wick::tool
