// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "translate.h"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "abi/settings.h"
#include "base/text.h"
#include "run/forward.h"

namespace wick::runtime {
namespace {

using Words = std::vector<std::string>;

/// Options of an appliance that no value follows (monitor/options.cpp).
constexpr std::string_view kFlags[] = {"-d",        "--detach", "-h",      "--help",
                                       "--version", "--strace", "--stats", "--verify"};

/// Calls `option` with the name and the value of each option among the words, whether they are one word or two.
template <typename Option>
void each_option(const Words& words, Option option) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const auto equals = word.find('=');
    if (word.starts_with("--") && equals != word.npos)
      option(word.substr(0, equals), word.substr(equals + 1));
    else if (word.starts_with('-') && std::ranges::find(kFlags, word) == std::end(kFlags) && i + 1 < words.size())
      option(word, words[++i]);
  }
}

/// What `--wall` among the words asks for; empty: nothing. The last one counts.
std::string asked_wall(const Words& words) {
  std::string wall;
  each_option(words, [&](std::string_view name, std::string_view value) {
    if (name == "--wall") wall = value;
  });
  return wall;
}

/// Each of them is a line of what the guest gets.
Result<void> check_settings(const Words& words) {
  std::size_t count = 0;
  each_option(words, [&](std::string_view name, std::string_view) {
    count += name == "--env" || name == "--arg" || name == "--append";
  });
  if (count <= kMaxGivenSettings) return {};
  return fail(fmt::format("Environment, arguments and host name are {} settings, and an appliance takes {}.", count,
                          kMaxGivenSettings));
}

/// A virtual machine contains more, and wants its tables in the guest's memory.
Wall best_wall(const Appliance& appliance, const Host& host) {
  tool::ImageFacts image = appliance.image;
  image.wall = Wall::hosted;
  return host.kvm && image.needed() <= image.memory ? Wall::hosted : Wall::process;
}

Result<Words> environment_words(const Json& config) {
  auto variables = texts_at(config, {"process", "env"});
  if (!variables) return variables;
  Words words;
  std::size_t bytes = 0;
  for (const std::string& variable : *variables) {
    const std::size_t equals = variable.find('=');
    if (equals == 0 || equals == variable.npos || variable.find_first_of("\r\n") != variable.npos)
      return fail(fmt::format("The environment variable {:.60} has no name and value on one line.",
                              variable.substr(0, equals)));
    bytes += variable.size();
    words.push_back("--env=" + variable);
  }
  if (bytes > kMaxConfigurationBytes || words.size() > kMaxGivenSettings)
    return fail(fmt::format("The environment has {} variables with {} bytes, and an appliance takes {} with {}.",
                            words.size(), bytes, kMaxGivenSettings, kMaxConfigurationBytes));
  return words;
}

/// The host's name within the guest's network, unless the user has given one. Whoever has no network has no name there.
Result<Words> name_words(const Json& config, const Appliance& appliance, const Words& own) {
  constexpr std::size_t kMaxLabel = 63;
  const std::string name = text_at(config, {"hostname"});
  const bool given = std::ranges::any_of(own, [](const std::string& word) { return word.contains("net.hostname="); });
  if (name.empty() || given || !appliance.image.has(DeviceKind::network)) return Words();
  const bool fine =
      name.size() <= kMaxLabel && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      });
  if (!fine) return fail(fmt::format("\"{:.100}\" is no host's name.", name));
  return Words{"--append=net.hostname=" + name};
}

/// Whoever limits the memory to less than the guest's is told now, not when the kernel ends it.
Result<void> check_memory(const Json& config, const Appliance& appliance) {
  const Json* const limit = find(config, {"linux", "resources", "memory", "limit"});
  if (!limit || !limit->is_number_integer() || limit->get<std::int64_t>() <= 0 ||
      limit->get<std::uint64_t>() >= appliance.image.memory)
    return {};
  return fail(fmt::format("The container's memory is limited to {} bytes, and the appliance has {} by its manifest.",
                          limit->get<std::uint64_t>(), appliance.image.memory),
              "raise the limit; the monitor wants some MiB besides.");
}

struct Device {
  const char* path;
  std::uint64_t number;
};

/// A character device, for the user that the process runs as.
void add_device(Json& config, const Device& device) {
  const auto number = [&](const char* key) {
    const Json* const found = find(config, {"process", "user", key});
    return found && found->is_number_unsigned() ? found->get<std::uint32_t>() : 0;
  };
  const std::uint32_t user = number("uid"), group = number("gid");
  const unsigned upper = major(device.number), lower = minor(device.number);
  Json& devices = config["linux"]["devices"];
  if (!devices.is_array()) devices = Json::array();
  const bool there =
      std::ranges::any_of(devices, [&](const Json& each) { return text_at(each, {"path"}) == device.path; });
  if (!there)
    devices.push_back({{"path", device.path},
                       {"type", "c"},
                       {"major", upper},
                       {"minor", lower},
                       {"fileMode", 0600},
                       {"uid", user},
                       {"gid", group}});
  Json& resources = config["linux"]["resources"];
  if (!resources.is_object()) resources = Json::object();
  Json& rules = resources["devices"];
  if (!rules.is_array()) rules = Json::array();
  rules.push_back({{"allow", true}, {"type", "c"}, {"major", upper}, {"minor", lower}, {"access", "rw"}});
}

/// At the pod's own interface each port is the guest's, and so is its loopback: a tap takes no options about them.
Words without_forwards(const Words& words) {
  constexpr std::string_view kForwards[] = {"-p", "--publish", "--host-loopback"};
  Words left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i], name = word.substr(0, word.find('='));
    if (std::ranges::find(kForwards, name) == std::end(kForwards))
      left.push_back(words[i]);
    else if (name == word)
      ++i;  // its value
  }
  return left;
}

/// Relative sources of bind mounts begin at the bundle (config.md, "Mounts"), which the new configuration isn't in.
void make_sources_absolute(Json& config, const fs::path& bundle) {
  const auto mounts = config.find("mounts");
  if (mounts == config.end() || !mounts->is_array()) return;
  for (Json& mount : *mounts) {
    const std::string source = text_at(mount, {"source"});
    const auto options = texts_at(mount, {"options"});
    const bool binds =
        text_at(mount, {"type"}) == "bind" ||
        (options && std::ranges::any_of(*options, [](auto& option) { return option == "bind" || option == "rbind"; }));
    if (binds && !source.empty() && !source.starts_with('/')) mount["source"] = (bundle / source).string();
  }
}

}  // namespace

Result<Json> translate(Json config, const Appliance& appliance, const Host& host) {
  auto own = texts_at(config, {"process", "args"});
  if (!own) return std::unexpected(own.error());
  if (appliance.is_entry) {
    own->erase(own->begin());
  } else {
    for (std::string& word : *own) {
      if (word.find_first_of("\r\n") != word.npos)
        return fail(fmt::format("The argument {:.60} isn't on one line.", word));
      word = "--arg=" + word;
    }
    for (const Forward& forward : tool::container_forwards(appliance.image.ports))
      own->push_back("--publish=" + forward_text(forward));
  }
  if (host.tap) *own = without_forwards(*own);
  auto environment = environment_words(config);
  if (!environment) return std::unexpected(environment.error());
  auto name = name_words(config, appliance, *own);
  if (!name) return std::unexpected(name.error());
  if (auto fine = check_memory(config, appliance); !fine) return std::unexpected(fine.error());

  Words words = {appliance.path};
  std::string wall = asked_wall(*own);
  if (wall.empty()) {
    wall = wall_name(best_wall(appliance, host));
    words.push_back("--wall=" + wall);
  }
  if (host.questions) words.push_back(fmt::format("--control=/dev/fd/{}", host.questions));
  if (host.tap) words.insert(words.end(), host.tap->begin(), host.tap->end());
  // Of a variable that is given twice the first one counts: the engine's, not that of the image.
  for (const Words* const more : {&*environment, &*name, &*own}) words.insert(words.end(), more->begin(), more->end());
  if (auto fine = check_settings(words); !fine) return std::unexpected(fine.error());
  config["process"]["args"] = words;
  if (wall == wall_name(Wall::hosted) && host.kvm) add_device(config, {"/dev/kvm", *host.kvm});
  if (host.tap) add_device(config, {"/dev/net/tun", makedev(10, 200)});
  return move_out(std::move(config), host);
}

bool takes_questions(const Json& config, const Appliance& appliance) {
  auto own = texts_at(config, {"process", "args"});
  bool others = !own;
  if (appliance.is_entry && own)
    each_option(*own, [&](std::string_view name, std::string_view) { others |= name == "--control"; });
  return appliance.image.answers && !others;
}

bool is_sandbox(const Json& config) {
  constexpr const char* kKinds[] = {"io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType"};
  return std::ranges::any_of(kKinds,
                             [&](const char* kind) { return text_at(config, {"annotations", kind}) == "sandbox"; });
}

Json move_out(Json config, const Host& host) {
  config["root"]["path"] = host.rootfs.string();
  make_sources_absolute(config, host.bundle);
  return config;
}

}  // namespace wick::runtime
