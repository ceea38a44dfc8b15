// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/prepare.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "run/choice.h"
#include "run/describe.h"
#include "run/warm.h"

namespace wick::tool {
namespace {

struct Image {
  Origin origin;
  std::string name;
  std::uint16_t port;  ///< the guest's first; 0: it has none
};

std::uint16_t first_port(const std::vector<Forward>& forwards) {
  const auto tcp = std::ranges::find(forwards, false, &Forward::udp);
  return tcp == forwards.end() ? 0 : tcp->guest_port;
}

Result<Image> open_image(const std::string& path, RunOptions options, const std::string& profile) {
  auto choice = choose_for(path, profile, options);
  if (!choice) return std::unexpected(choice.error());
  if (!choice->wall)
    return fail(fmt::format("{} can't be served: {}.", path, choice->reason),
                "`wick serve` is for walls hosted and process; see --wall.");
  auto target = open_chosen(path, profile, options, *choice);
  if (!target) return std::unexpected(target.error());
  if (!target->facts.has(DeviceKind::network))
    return fail(fmt::format("{} has no network to be called by.", target->facts.name),
                "add a section [network] to its wick.toml.");
  if (!target->facts.volumes.empty())
    return fail(fmt::format("{} has volumes, which a snapshot doesn't hold.", target->facts.name),
                "`wick run` runs it.");
  options.dry_run = true;  // its ports are opened here
  auto run = describe_native(options, *target, *choice->wall);
  if (!run) return std::unexpected(run.error());
  return Image{{run->command, {}, run->command[0], std::string(wall_name(*choice->wall))},
               target->facts.name,
               first_port(run->forwards)};
}

/// A door whose socket is a pair: connections are brought there.
Result<Door> make_pair(std::uint16_t guest_port) {
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return fail(fmt::format("No socket pair can be made: {}.", std::strerror(errno)));
  return Door{ends[0], ends[1], guest_port, ""};
}

class Doors {
 public:
  Doors(std::vector<Activated>& activated, Prepared& prepared) : activated_(activated), prepared_(prepared) {}

  Result<void> open(const Entrance& entrance, Appliance& appliance) {
    const Forward& forward = entrance.forward;
    if (!entrance.host.empty()) return open_host(entrance, appliance);
    auto file = listen_at(forward, activated_);
    if (!file) return std::unexpected(file.error());
    appliance.doors.push_back({*file, -1, forward.guest_port, forward_text(forward)});
    return {};
  }

 private:
  Result<void> open_host(const Entrance& entrance, Appliance& appliance) {
    const Forward& forward = entrance.forward;
    auto door = std::ranges::find_if(
        appliance.doors, [&](const Door& one) { return one.bring >= 0 && one.guest_port == forward.guest_port; });
    if (door == appliance.doors.end()) {
      auto made = make_pair(forward.guest_port);
      if (!made) return std::unexpected(made.error());
      appliance.doors.push_back(*made);
      door = appliance.doors.end() - 1;
    }
    door->published += (door->published.empty() ? "" : " ") + fmt::format("{}:{}", entrance.host, forward.host_port);
    auto gate = std::ranges::find(gates_, forward.host_port, &Forward::host_port);
    if (gate == gates_.end()) {
      auto file = listen_at(forward, activated_);
      if (!file) return std::unexpected(file.error());
      prepared_.gates.push_back({*file, {}});
      gates_.push_back(forward);
      gate = gates_.end() - 1;
    }
    prepared_.gates[static_cast<std::size_t>(gate - gates_.begin())].hosts[entrance.host] = {
        static_cast<std::uint32_t>(prepared_.appliances.size()),
        static_cast<std::size_t>(door - appliance.doors.begin())};
    return {};
  }

  std::vector<Activated>& activated_;
  Prepared& prepared_;
  std::vector<Forward> gates_;
};

}  // namespace

Result<std::vector<Origin>> prepare_images(std::vector<Service>& services, const RunOptions& options,
                                           const std::string& profile, std::vector<std::uint32_t>& origin_of) {
  std::vector<Image> images;
  std::vector<std::string> paths;
  for (Service& service : services) {
    auto at = std::ranges::find(paths, service.image);
    if (at == paths.end()) {
      auto image = open_image(service.image, options, profile);
      if (!image) return std::unexpected(image.error());
      images.push_back(std::move(*image));
      paths.push_back(service.image);
      at = paths.end() - 1;
    }
    const auto number = static_cast<std::uint32_t>(at - paths.begin());
    origin_of.push_back(number);
    if (service.name.empty()) service.name = images[number].name;
    for (Entrance& entrance : service.entrances) {
      if (entrance.forward.guest_port == 0) entrance.forward.guest_port = images[number].port;
      if (entrance.forward.guest_port == 0)
        return fail(fmt::format("{} names no port of its own.", service.name),
                    "write it behind the other: --listen 8080:80.");
    }
  }
  std::vector<Origin> origins;
  for (Image& image : images) origins.push_back(std::move(image.origin));
  return origins;
}

Result<void> open_doors(const std::vector<Service>& services, const std::vector<std::uint32_t>& origin_of,
                        std::vector<Activated>& activated, Prepared& prepared) {
  Doors doors(activated, prepared);
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Service& service = services[i];
    for (unsigned copy = 0; copy < service.copies; ++copy) {
      Appliance appliance;
      appliance.name = name_of(service, copy);
      appliance.origin = origin_of[i];
      for (Entrance entrance : service.entrances) {
        const std::size_t behind = copy * service.entrances.size();
        entrance.forward.host_port = static_cast<std::uint16_t>(entrance.forward.host_port + behind);
        if (auto done = doors.open(entrance, appliance); !done) return done;
      }
      prepared.appliances.push_back(std::move(appliance));
    }
  }
  if (activated.empty()) return {};
  return fail(fmt::format("Nothing of what is served listens at port {}, which LISTEN_FDS has opened.",
                          activated[0].forward.host_port),
              "give it to an appliance by --listen, or leave --listen out.");
}

Result<void> raise_limits(const std::vector<Service>& services, unsigned most_awake) {
  constexpr rlim_t kOthers = 2048;  // clients whose host isn't known, consoles, this program
  rlim_t needed = kOthers + 2 * most_awake;
  for (const Service& service : services)
    for (const Entrance& entrance : service.entrances) needed += service.copies * (entrance.host.empty() ? 1u : 3u);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return {};
  const rlim_t before = limit.rlim_max;
  limit = {needed, std::max(needed, limit.rlim_max)};
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  return fail(fmt::format("So many appliances need {} open files, and this process may have {}.", needed, before),
              "raise `ulimit -n`, or LimitNOFILE= of the service.");
}

Result<void> warm_all(std::vector<Origin>& origins, SnapshotFolder& folder) {
  for (std::size_t number = 0; number < origins.size(); ++number) {
    auto file = folder.warm(number);
    if (!file) return std::unexpected(file.error());
    origins[number].warm = *file;
    const std::string name = fs::path(origins[number].image).filename().string();
    if (auto done = warm_up(origins[number].command, name, *file); !done) return done;
  }
  return {};
}

}  // namespace wick::tool
