// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pod_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/text.h"

namespace wick::runtime {
namespace {

constexpr std::string_view kIngress = "ffff:";

/// A program within the pod's namespace. Who tidies up for an engine may have a PATH without the folder of tc.
Result<tool::Finished> within(const fs::path& pod, Words words) {
  const char* path = std::getenv("PATH");
  const Words front = {"nsenter", "--net=" + pod.string(), "env",
                       fmt::format("PATH={}:/usr/sbin:/usr/bin:/sbin:/bin", path ? path : "")};
  words.insert(words.begin(), front.begin(), front.end());
  return tool::capture_program(words, {.merge_errors = true});
}

Result<void> change(const fs::path& pod, std::string_view line) {
  const Words words = tool::split(std::string(line), ' ');
  auto done = within(pod, words);
  if (!done) return std::unexpected(done.error());
  if (done->exit_code == 0) return {};
  return fail(fmt::format("The pod's network can't be given to the guest: `{}` says {:.200}", line,
                          std::string(tool::trim(done->output))));
}

Result<Json> ask(const fs::path& pod, std::string_view line) {
  auto done = within(pod, tool::split(std::string(line), ' '));
  if (!done) return std::unexpected(done.error());
  if (done->exit_code != 0)
    return fail(
        fmt::format("The pod's network can't be read: `{}` says {:.200}", line, std::string(tool::trim(done->output))));
  // It is a list, or nothing.
  auto json = read_json(fmt::format("{{\"list\": {}}}", done->output.empty() ? "[]" : done->output), "what ip says");
  return json ? Result<Json>((*json)["list"]) : json;
}

std::string default_gateway(const Json& routes) {
  return routes.is_array() && !routes.empty() ? text_at(routes[0], {"gateway"}) : "";
}

/// "10.0.0.2/24", the first one that is valid everywhere.
std::string address_of(const Json& interface, std::string_view family) {
  const Json* const list = find(interface, {"addr_info"});
  if (!list || !list->is_array()) return "";
  for (const Json& each : *list) {
    const Json* const length = find(each, {"prefixlen"});
    if (text_at(each, {"family"}) == family && text_at(each, {"scope"}) == "global" && length)
      return text_at(each, {"local"}) + "/" + length->dump();
  }
  return "";
}

/// The one behind the default route, else the first with an address.
Result<Json> pod_interface(const fs::path& pod, const Json& routes) {
  const std::string name = routes.is_array() && !routes.empty() ? text_at(routes[0], {"dev"}) : "";
  auto all = ask(pod, "ip -json address show up");
  if (!all) return all;
  for (const Json& each : *all)
    if (!address_of(each, "inet").empty() && (name.empty() || text_at(each, {"ifname"}) == name)) return each;
  return fail("The pod's network has no interface with an IPv4 address.");
}

/// Of the container's own file, which engines mount.
Result<std::string> name_servers(const Json& config) {
  constexpr std::uint64_t kMost = 64 << 10;
  const Json* const mounts = find(config, {"mounts"});
  if (!mounts || !mounts->is_array()) return "";
  for (const Json& mount : *mounts) {
    if (text_at(mount, {"destination"}) != "/etc/resolv.conf") continue;
    auto file = open_file(text_at(mount, {"source"}), kMost);
    if (!file) return std::unexpected(file.error());
    auto text = tool::read_file(file->path());
    if (!text) return text;
    Words servers;
    for (const std::string& line : tool::split(*text, '\n')) {
      constexpr std::string_view kWord = "nameserver ";
      if (!line.starts_with(kWord)) continue;
      const std::string server(tool::trim(std::string_view(line).substr(kWord.size())));
      const bool fine = std::ranges::all_of(server, [](char c) { return std::isxdigit(c) || c == '.' || c == ':'; });
      if (fine && !server.empty()) servers.push_back(server);
    }
    return tool::join(servers, ",");
  }
  return "";
}

std::uint32_t user_of(const Json& config) {
  const Json* const user = find(config, {"process", "user", "uid"});
  return user && user->is_number_unsigned() ? user->get<std::uint32_t>() : 0;
}

std::string redirection(std::string_view from, std::string_view to) {
  return fmt::format(
      "tc filter add dev {} parent {} protocol all u32 match u8 0 0 action mirred egress redirect dev {}", from,
      kIngress, to);
}

}  // namespace

Result<bool> asks_for_tap(const Json& config) {
  const std::string asked = text_at(config, {"annotations", kNetworkAnnotation});
  if (asked.empty() || asked == "user") return false;
  if (asked == "tap") return true;
  return fail(fmt::format("The annotation {} is \"{:.60}\", and a network is user or tap.", kNetworkAnnotation, asked));
}

Result<fs::path> pod_namespace(const Json& config) {
  const Json* const list = find(config, {"linux", "namespaces"});
  if (list && list->is_array())
    for (const Json& each : *list)
      if (text_at(each, {"type"}) == "network" && text_at(each, {"path"}).starts_with('/'))
        return fs::path(text_at(each, {"path"}));
  return fail("The engine has set up no network namespace for the container, and a tap wants one.");
}

Result<Words> attach(const fs::path& pod, const Json& config) {
  auto routes = ask(pod, "ip -json -4 route show default");
  if (!routes) return std::unexpected(routes.error());
  auto routes6 = ask(pod, "ip -json -6 route show default");
  if (!routes6) return std::unexpected(routes6.error());
  auto interface = pod_interface(pod, *routes);
  if (!interface) return std::unexpected(interface.error());
  auto servers = name_servers(config);
  if (!servers) return std::unexpected(servers.error());
  const std::string name = text_at(*interface, {"ifname"});
  const Json* const mtu = find(*interface, {"mtu"});
  const std::string bytes = mtu ? mtu->dump() : "1500";
  if (auto made = change(pod, fmt::format("ip tuntap add dev {} mode tap user {}", kTap, user_of(config))); !made)
    return std::unexpected(made.error());
  const std::string taken = fmt::format("tc qdisc add dev {} ingress", name);
  bool is_taken = false;  // what had that place before isn't ours to remove
  for (const std::string& line : {fmt::format("ip link set {} mtu {} up", kTap, bytes), taken, redirection(name, kTap),
                                  fmt::format("tc qdisc add dev {} ingress", kTap), redirection(kTap, name)}) {
    if (auto done = change(pod, line); !done) {
      (void)change(pod, fmt::format("ip link del {}", kTap));
      if (is_taken) (void)change(pod, fmt::format("tc qdisc del dev {} ingress", name));
      return std::unexpected(done.error());
    }
    is_taken |= line == taken;
  }
  std::string settings = fmt::format("net.ipv4={} net.mtu={}", address_of(*interface, "inet"), bytes);
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) settings += fmt::format(" {}={}", key, value);
  };
  add("net.gateway4", default_gateway(*routes));
  add("net.ipv6", address_of(*interface, "inet6"));
  add("net.gateway6", default_gateway(*routes6));
  add("net.dns", *servers);
  return Words{fmt::format("--tap={}", kTap), "--mac=" + text_at(*interface, {"address"}), "--append=" + settings};
}

void detach(const fs::path& pod) {
  std::error_code error;
  if (!fs::exists(pod, error) || !change(pod, fmt::format("ip link del {}", kTap))) return;
  auto routes = ask(pod, "ip -json -4 route show default");
  if (!routes) return;
  if (auto interface = pod_interface(pod, *routes))
    (void)change(pod, fmt::format("tc qdisc del dev {} ingress", text_at(*interface, {"ifname"})));
}

}  // namespace wick::runtime
