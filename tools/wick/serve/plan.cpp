// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "manifest/table.h"
#include "serve/head.h"

namespace wick::tool {
namespace {

constexpr const char* kNameHint = "a name is a letter and up to 56 letters, digits, dots, underscores and hyphens.";

/// As the monitor wants names (monitor/options.cpp), with room for a copy's number.
bool is_service_name(std::string_view name) {
  constexpr std::size_t kLongest = 57;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && name.size() <= kLongest && is_letter(name[0]) && std::ranges::all_of(name, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

void read_entrances(Table& table, Service& service) {
  std::vector<std::string> hosts;
  for (const auto& host : table.strings("hosts")) {
    hosts.push_back(plain_host(host.value));
    if (hosts.back().empty())
      table.faults().add(host.place, fmt::format("\"{}\" is no host name.", host.value),
                         "write for example a.example.");
  }
  const auto listen = table.strings("listen");
  if (listen.empty()) table.faults().add(table.place(), "An appliance listens somewhere.", "add listen = [\"8080\"].");
  for (const auto& text : listen) {
    auto forward = parse_listen(text.value);
    if (!forward) {
      table.faults().add(text.place, forward.error().sentence, forward.error().hint);
      continue;
    }
    if (hosts.empty()) service.entrances.push_back({*forward, ""});
    for (const std::string& host : hosts) service.entrances.push_back({*forward, host});
  }
}

Service read_service(Table& table, const fs::path& folder) {
  Service service;
  if (auto image = table.string("image"))
    service.image = (folder / image->value).lexically_normal().string();
  else
    table.faults().add(table.place(), "An appliance names its image.", "add image = \"FOLDER\" or an image's file.");
  if (auto name = table.string("name")) {
    service.name = name->value;
    if (!is_service_name(name->value))
      table.faults().add(name->place, fmt::format("\"{}\" is no name.", name->value), kNameHint);
  }
  if (auto copies = table.integer("copies", 1, kMostCopies)) service.copies = static_cast<unsigned>(copies->value);
  read_entrances(table, service);
  if (service.copies > 1 &&
      std::ranges::any_of(service.entrances, [](const Entrance& one) { return !one.host.empty(); }))
    table.faults().add(table.place(), "Copies can't share a host name.", "leave copies or hosts out.");
  table.finish();
  return service;
}

}  // namespace

Result<Forward> parse_listen(const std::string& text) {
  const bool alone = text.find(':') == text.npos;
  auto forward = parse_forward(alone ? text + ":1" : text);
  if (!forward || forward->udp)
    return fail(fmt::format("\"{}\" is no place to listen at.", text),
                "write for example 8080, 8080:80 or 0.0.0.0:8080:80; it is TCP.");
  if (alone) forward->guest_port = 0;
  return *forward;
}

Result<unsigned> parse_count(const std::string& text, const std::string& what, unsigned most) {
  unsigned count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size() && count > 0 && count <= most) return count;
  return fail(fmt::format("\"{}\" is no number of {}.", text, what), fmt::format("write 1 to {}.", most));
}

Result<std::vector<Service>> read_services(const fs::path& file) {
  auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  auto document = parse_toml(*text, file);
  if (!document) return std::unexpected(document.error());
  Faults faults(file.string());
  Table root(*document, "", faults);
  std::vector<Service> services;
  for (Table& table : root.tables("appliance")) services.push_back(read_service(table, file.parent_path()));
  if (services.empty()) faults.add(root.place(), "There is no appliance.", "add a section [[appliance]].");
  root.finish();
  if (faults.first()) return std::unexpected(*faults.first());
  return services;
}

std::string name_of(const Service& service, unsigned copy) {
  return service.copies > 1 ? fmt::format("{}-{}", service.name, copy + 1) : service.name;
}

Result<void> check_services(const std::vector<Service>& services) {
  struct Place {
    std::uint32_t address;
    bool shared;  ///< by host names
  };
  std::set<std::string> names;
  std::map<unsigned, Place> ports;
  std::set<std::pair<unsigned, std::string>> hosts;
  for (const Service& service : services) {
    // It may be what a stranger's image calls itself, and files are called so.
    if (!is_service_name(service.name)) return fail(fmt::format("\"{:.80}\" is no name.", service.name), kNameHint);
    for (unsigned copy = 0; copy < service.copies; ++copy)
      if (const auto [name, fresh] = names.insert(name_of(service, copy)); !fresh)
        return fail(fmt::format("Two appliances are called {}.", *name), "give each a name of its own.");
    for (const auto& [forward, host] : service.entrances) {
      const unsigned last = forward.host_port + (service.copies - 1) * static_cast<unsigned>(service.entrances.size());
      if (last > 0xffff)
        return fail(fmt::format("There is no port {} for {}.", last, service.name), "start at a lower one.");
      for (unsigned port = forward.host_port; port <= last; port += static_cast<unsigned>(service.entrances.size())) {
        const auto [there, fresh] = ports.insert({port, {forward.address, !host.empty()}});
        if (fresh) continue;
        if (!there->second.shared || host.empty())
          return fail(fmt::format("Two appliances want port {}.", port), "give each hosts, or a port of its own.");
        if (there->second.address != forward.address)
          return fail(fmt::format("Port {} can't be shared between {} and {}.", port,
                                  address_text(there->second.address), address_text(forward.address)),
                      "write the same address everywhere, or take ports of their own.");
      }
      if (!host.empty() && !hosts.insert({forward.host_port, host}).second)
        return fail(fmt::format("Two appliances want {} at port {}.", host, forward.host_port));
    }
  }
  return {};
}

}  // namespace wick::tool
