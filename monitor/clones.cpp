// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --clones: many appliances that go on from one snapshot. This process has read its command line and its image once,
// maps the guest's memory with the machine's tables in it, and becomes each of them by a fork; what a copy doesn't
// write stays shared with the others. It starts what must be its own afterwards, as any appliance does: machine,
// network, the pages by which monitor and guest speak, jail.

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "monitor/appliance.h"
#include "monitor/background.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kAtOnce =
    16;  ///< that are starting, so that a small machine isn't asked for all at the same time

struct Starting {
  std::string name;
  Detached process;
};

/// "[ADDRESS:]HOST:GUEST[/udp]" with another HOST; what is no such thing stays, for the network to complain about.
std::string behind(const std::string& forward, std::uint64_t ports) {
  const auto end = forward.rfind(':');
  if (end == forward.npos || end == 0) return forward;
  const auto colon = forward.rfind(':', end - 1);
  const auto start = colon == forward.npos ? 0 : colon + 1;
  const auto port = hv::parse_number(std::string_view(forward).substr(start, end - start));
  if (!port.ok || !port.rest.empty()) return forward;
  return forward.substr(0, start) + std::to_string(port.value + ports) + forward.substr(end);
}

/// What the copy has of its own, number 0 first.
void become(Appliance& a, std::string name, unsigned number) {
  a.options.name = std::move(name);
  for (auto& forward : a.options.publish) forward = behind(forward, number * a.options.publish.size());
}

}  // namespace

std::expected<bool, std::string> start_clones(Appliance& a, const Payload& payload, const std::string& name) {
  if (auto done = a.devices.prepare_clones(a.guest.image); !done) return std::unexpected(done.error());
  if (auto done = map_memory(a, payload); !done) return std::unexpected(done.error());
  std::vector<Starting> starting;
  Outcome fine;
  const auto wait_for_first = [&] {
    const auto runs = hear_of(starting.front().process);
    if (!runs && fine) fine = sentence("%s: %s", starting.front().name.c_str(), runs.error().c_str());
    starting.erase(starting.begin());
  };
  for (unsigned number = 0; number < a.options.clones && fine; ++number) {
    std::string its_name = name + "-" + std::to_string(number + 1);
    const auto process = fork_to_background(its_name, Clone::yes);
    if (!process) {
      fine = std::unexpected(process.error());
    } else if (process->process == 0) {
      for (const auto& other : starting) close(other.process.report);
      become(a, std::move(its_name), number);
      return true;
    } else {
      starting.push_back({std::move(its_name), *process});
    }
    if (starting.size() == kAtOnce) wait_for_first();
  }
  while (!starting.empty()) wait_for_first();
  if (!fine) return std::unexpected(fine.error());
  return false;
}

}  // namespace wick::monitor
