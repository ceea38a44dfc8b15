// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick serve DIR|IMAGE|FILE: appliances that have a process only while somebody talks with them.

#include <fmt/format.h>

#include "base/interruptible.h"
#include "base/terminal.h"
#include "commands/commands.h"
#include "manifest/manifest.h"
#include "manifest/values.h"
#include "run/forward.h"
#include "run/warm.h"
#include "serve/server.h"

namespace wick::tool {
namespace {

constexpr unsigned kMostAwake = 10'000;

class Serve final : public Command {
 public:
  std::string name() const override { return "serve"; }
  std::string summary() const override { return "Wake appliances when a client comes, and let them sleep"; }
  std::string example() const override { return "wick serve apps/http --listen 8080 --idle 10s"; }

  void describe(Syntax& syntax) override {
    syntax.argument("DIR|IMAGE|FILE", target_, "folder with a wick.toml, an image, or a serve.toml with several");
    syntax.options("--listen", listen_, "port that leads to it; may be given again", "[ADDRESS:]PORT[:GUEST]");
    syntax.option("--idle", idle_, "let it sleep when nobody has been there for so long (10s)", "TIME");
    syntax.option("--copies", copies_, "this many, each behind ports of its own: 8080, 8081, …", "N");
    syntax.option("--max-awake", most_awake_, "so many have a process at the same time (256); others wait", "N");
    syntax.option("--metrics", metrics_, "figures for Prometheus at this port of 127.0.0.1", "PORT");
    syntax.option("--state", state_, "keep the snapshots in this folder, for the next time", "FOLDER");
    syntax.option("--name", name_, "name instead of the image's", "NAME");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "hosted or process instead of the manifest's", "NAME");
    syntax.option("--vmm", options_.vmm, "auto (default), hosted or process: who runs an image", "NAME");
    syntax.option("--memory", options_.memory, "memory of the machine instead of memory.size", "SIZE");
    syntax.option("--host-loopback", options_.host_loopback, "let it reach these ports of 127.0.0.1, at 10.0.2.2",
                  "PORT[,PORT]");
    syntax.option("--config", options_.configuration, "file with the configuration block", "FILE");
    syntax.options("--arg", options_.settings.arguments, "argument of the application instead of the manifest's",
                   "TEXT");
    syntax.options("--env", options_.settings.environment, "environment variable", "NAME=VALUE");
    syntax.options("--key", options_.keys, "private key in PEM that it may use and never sees", "NAME=FILE");
  }

  Result<int> run() override {
    // First of all, while the low numbers are nobody's.
    auto activated = take_activated();
    if (!activated) return std::unexpected(activated.error());
    Spawner spawner;
    if (auto done = spawner.reserve(); !done) return std::unexpected(done.error());
    FleetOptions fleet;
    if (auto done = read_numbers(fleet); !done) return std::unexpected(done.error());
    auto services = services_of(*activated);
    if (!services) return std::unexpected(services.error());
    std::vector<std::uint32_t> origin_of;
    Prepared prepared;
    auto origins = prepare_images(*services, options_, profile_, origin_of);
    if (!origins) return std::unexpected(origins.error());
    prepared.origins = std::move(*origins);
    if (auto done = check_services(*services); !done) return std::unexpected(done.error());
    if (auto done = raise_limits(*services, fleet.most_awake); !done) return std::unexpected(done.error());
    if (auto done = open_doors(*services, origin_of, *activated, prepared); !done) return std::unexpected(done.error());
    auto metrics = metrics_socket(*activated);
    if (!metrics) return std::unexpected(metrics.error());
    announce(*services);

    SnapshotFolder folder;
    if (auto done = folder.open(state_); !done) return std::unexpected(done.error());
    fleet.folder = folder.path();
    fleet.keeps = folder.keeps();
    int signals = -1;
    {
      const Interruptible while_it_warms_up;
      if (auto done = warm_all(prepared.origins, folder); !done) return std::unexpected(done.error());
      signals = open_signals();
      if (Interruptible::signal()) return 0;
    }
    if (auto done = serve(std::move(prepared), fleet, spawner, signals, *metrics); !done)
      return std::unexpected(done.error());
    return 0;
  }

 private:
  Result<void> read_numbers(FleetOptions& fleet) {
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    options_.wall = *wall;
    if (!idle_.empty()) {
      const auto idle = parse_duration(idle_);
      if (!idle || *idle == 0)
        return fail(fmt::format("\"{}\" is not a time.", idle_), "write for example --idle 10s.");
      fleet.idle = std::chrono::milliseconds(*idle);
    }
    if (most_awake_.empty()) return {};
    auto most = parse_count(most_awake_, "appliances", kMostAwake);
    if (!most) return std::unexpected(most.error());
    fleet.most_awake = *most;
    return {};
  }

  Result<std::vector<Service>> services_of(const std::vector<Activated>& activated) {
    if (target_.ends_with(".toml")) {
      const std::pair<bool, const char*> refused[] = {
          {!listen_.empty(), "--listen"}, {!copies_.empty(), "--copies"}, {!name_.empty(), "--name"}};
      for (const auto& [given, option] : refused)
        if (given)
          return fail(fmt::format("With a file of appliances, {} stands there.", option), "leave it out here.");
      return read_services(target_);
    }
    Service service{target_, name_, {}};
    if (!copies_.empty()) {
      auto copies = parse_count(copies_, "copies", kMostCopies);
      if (!copies) return std::unexpected(copies.error());
      service.copies = *copies;
    }
    for (const std::string& text : listen_) {
      auto forward = parse_listen(text);
      if (!forward) return std::unexpected(forward.error());
      service.entrances.push_back({*forward, ""});
    }
    if (listen_.empty())
      for (const Activated& one : activated) service.entrances.push_back({one.forward, ""});
    if (service.entrances.empty())
      return fail("Nothing leads to the appliance.", "say by --listen PORT where it is called.");
    return std::vector{service};
  }

  Result<int> metrics_socket(std::vector<Activated>& activated) const {
    if (metrics_.empty()) return -1;
    auto forward = parse_forward(metrics_);
    if (!forward || forward->udp || metrics_.contains(':'))
      return fail(fmt::format("\"{}\" is no port.", metrics_), "write for example --metrics 9090.");
    return listen_at(*forward, activated);
  }

  static void announce(const std::vector<Service>& services) {
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < services.size() && i < kMost; ++i)
      for (const auto& [forward, host] : services[i].entrances)
        remark(fmt::format("{}: {}{}", services[i].name, paint(Paint::bold, address_of(forward), STDERR_FILENO),
                           host.empty() ? "" : " as " + host));
  }

  std::string target_, idle_, copies_, most_awake_, metrics_, state_, name_, profile_, wall_;
  std::vector<std::string> listen_;
  RunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_serve() { return std::make_unique<Serve>(); }

}  // namespace wick::tool
