// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --clones: many appliances that go on from one snapshot. This process has read its command line and its image once,
// maps the guest's memory with the machine's tables in it, and becomes each of them by a fork; what a copy doesn't
// write stays shared with the others. It starts what must be its own afterwards, as any appliance does: machine,
// network, the pages by which monitor and guest speak, jail.

#include <poll.h>
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

/// Waits for whichever of them it is: one may have to wait long for the system, and the others need not wait for it.
std::vector<Starting>::iterator first_to_speak(std::vector<Starting>& starting) {
  pollfd reports[kAtOnce];
  for (std::size_t i = 0; i < starting.size(); ++i) reports[i] = {starting[i].process.report, POLLIN, 0};
  (void)poll(reports, starting.size(), -1);  // interrupted, it is the first
  const auto speaks = [&](const Starting& one) { return reports[&one - starting.data()].revents != 0; };
  const auto one = std::ranges::find_if(starting, speaks);
  return one == starting.end() ? starting.begin() : one;
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
  const auto wait_for_one = [&] {
    const auto one = first_to_speak(starting);
    const auto runs = hear_of(one->process);
    if (!runs && fine) fine = sentence("%s: %s", one->name.c_str(), runs.error().c_str());
    starting.erase(one);
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
    if (starting.size() == kAtOnce) wait_for_one();
  }
  while (!starting.empty()) wait_for_one();
  if (!fine) return std::unexpected(fine.error());
  return false;
}

}  // namespace wick::monitor
