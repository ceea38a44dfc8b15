// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/device_set.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "monitor/base/phases.h"
#include "monitor/base/sentence.h"
#include "monitor/network/starter.h"
#include "monitor/vsock/process.h"

namespace wick::monitor {

Outcome DeviceSet::open(const DeviceOptions& options, const GuestImage& image) {
  if (auto done = open_network(options, image); !done) return done;
  if (options.mac) network_.use_address(*options.mac);
  if (auto done = open_disks(options, image); !done) return done;
  has_terminal_ = image.has(DeviceKind::console);
  if (auto done = open_vsock(options, image); !done) return done;
  return keys_.start(options.keys, image);
}

Outcome DeviceSet::prepare_clones(const GuestImage& image) {
  if (!image.has(DeviceKind::network)) return {};
  auto starter = start_network_starter("/proc/self/exe");
  if (!starter) return std::unexpected(starter.error());
  network_starter_ = *starter;
  return {};
}

Outcome DeviceSet::open_network(const DeviceOptions& options, const GuestImage& image) {
  if (!image.has(DeviceKind::network)) {
    if (options.tap.empty() && options.publish.empty() && options.host_loopback.empty() && !options.mac &&
        options.keeper.empty())
      return {};
    return sentence("%s has no network: its wick.toml has no section [network]", image.name.c_str());
  }
  has_network_ = true;
  if (!options.tap.empty()) {
    if (image.outgoing != "any")
      return sentence(
          "%s restricts network.outgoing in its wick.toml, which a tap interface can't keep: leave out --tap",
          image.name.c_str());
    return network_.open_tap(options.tap);
  }
  std::vector<std::string> words{"--rings", "--outgoing", image.outgoing};
  for (const auto& forward : options.publish) words.insert(words.end(), {"-p", forward});
  if (!options.host_loopback.empty()) words.insert(words.end(), {"--host-loopback", options.host_loopback});
  if (!options.keeper.empty()) words.insert(words.end(), {"--keeper", options.keeper});
  auto network = begin_user_network(std::move(words), "/proc/self/exe", network_starter_);
  if (!network) return std::unexpected(network.error());
  if (network_starter_ >= 0) close(network_starter_);
  user_network_ = *network;
  network_.use_user_network(user_network_.frames, *user_network_.rings);
  return {};
}

Outcome DeviceSet::wait_for_network() {
  if (user_network_.frames < 0) return {};
  auto done = finish_user_network(user_network_);
  phase_ends("network");
  return done;
}

Outcome DeviceSet::open_disks(const DeviceOptions& options, const GuestImage& image) {
  if (!options.disks.empty() && !image.has(DeviceKind::block))
    return sentence("%s has no volume: its wick.toml names none", image.name.c_str());
  if (options.disks.size() > kMaxDisks) return sentence("an appliance has at most %u disks", kMaxDisks);
  auto free = image.volumes;
  for (const auto& option : options.disks) {
    std::string serial = option.serial;
    if (serial.empty() && !free.empty()) serial = free.front();
    std::erase(free, serial);
    drives_[disk_count_] = std::make_unique<Drive>();
    if (auto done = drives_[disk_count_]->disk.open(option.file, serial); !done) return done;
    ++disk_count_;
  }
  return {};
}

Outcome DeviceSet::open_vsock(const DeviceOptions& options, const GuestImage& image) {
  const bool wanted = image.has(DeviceKind::vsock);
  if (wanted && options.vsock.empty())
    return sentence("%s talks with this host by vsock: say by --vsock PATH where", image.name.c_str());
  if (options.vsock.empty()) return {};
  if (!wanted) return sentence("%s has no vsock: its wick.toml has no features.vsock", image.name.c_str());
  auto file = start_vsock(options.vsock);
  if (!file) return std::unexpected(file.error());
  vsock_ = *file;
  return {};
}

Outcome DeviceSet::start() {
  for (unsigned i = 0; i < disk_count_; ++i)
    if (auto done = drives_[i]->disk.start(); !done) return done;
  for (unsigned i = 0; i < entries_.count; ++i) {  // known only now: eventfds come with the threads
    for (unsigned d = 0; d < disk_count_; ++d)
      if (&table_[i] == &drives_[d]->backend) files_[i] = drives_[d]->disk.done_file();
  }
  return {};
}

void DeviceSet::offer(SharedPages& pages) {
  const auto add = [&](auto& backend, auto& source, int file) {
    const auto at = entries_.count;
    files_[at] = file;
    entries_.add(table_.start(backend, source, pages.devices[at]));
  };
  if (has_network_) add(network_backend_, network_, network_.file());
  for (unsigned i = 0; i < disk_count_; ++i) add(drives_[i]->backend, drives_[i]->disk, 0);
  if (has_terminal_) add(terminal_backend_, terminal_, STDIN_FILENO);
  if (vsock_ >= 0) add(vsock_backend_, vsock_, vsock_);
  if (keys_.offered()) add(key_backend_, keys_, -1);  // answers at once, and never by itself
}

void DeviceSet::use_address(const Mac& mac, SharedPages& pages) {
  if (!has_network_) return;
  network_.use_address(mac);
  (void)network_backend_.start(network_, pages.devices[0], 0);  // the same entry: it is the first device
}

/// Nobody rings here: each device is looked at.
bool DeviceSet::serve() {
  table_.look_at_all();
  unsigned more = table_.serve(EventMask{0});
  // What the network has no room for is no work: wait() returns when there is room. It is the first device.
  if (has_network_ && network_.blocked()) more &= ~1u;
  return more != 0;
}

void DeviceSet::list(pollfd* files) const {
  for (unsigned i = 0; i < entries_.count; ++i) {
    const bool closed = &table_[i] == &terminal_backend_ && !terminal_.waits();
    files[i] = {closed ? -1 : files_[i], POLLIN, 0};
    if (&table_[i] == &network_backend_ && network_.wants_to_write()) files[i].events |= POLLOUT;
    if (&table_[i] == &vsock_backend_) {
      if (!vsock_backend_.wants_to_read()) files[i].events = 0;
      if (vsock_backend_.blocked()) files[i].events |= POLLOUT;
    }
  }
}

void DeviceSet::wait(Nanoseconds most, int signals) {
  pollfd files[kMaxDevices + 1];
  list(files);
  files[entries_.count] = {signals, POLLIN, 0};
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const timespec time{static_cast<time_t>(raw(most) / kSecond), static_cast<long>(raw(most) % kSecond)};
  if (!listen()) return;
  const int ready = ppoll(files, entries_.count + 1, most == kNever ? nullptr : &time, nullptr);
  if (has_network_) network_.awake();
  if (ready <= 0) return;
  std::uint64_t count;
  if (files[entries_.count].revents) (void)!read(signals, &count, sizeof count);
  hear(files);
}

void DeviceSet::hear(const pollfd* files) {
  for (unsigned i = 0; i < entries_.count; ++i) {
    if (!files[i].revents) continue;
    if (&table_[i] == &terminal_backend_) terminal_.readable();
    if (&table_[i] == &network_backend_ && files[i].revents & POLLIN) network_.hear();
    const bool ended = files[i].revents & (POLLHUP | POLLERR);
    if (&table_[i] == &network_backend_ && (ended || network_.broken())) lose(i);
    if (&table_[i] == &vsock_backend_ && ended) lose(i);
  }
}

/// Its process has ended.
void DeviceSet::lose(unsigned index) {
  files_[index] = -1;
  const bool is_network = &table_[index] == &network_backend_;
  is_network ? network_.lose() : vsock_backend_.lose();
  const std::string_view gone = is_network
                                    ? "[wick] the network is gone: its process has ended; the guest goes on without\n"
                                    : "[wick] vsock is gone: its process has ended; the guest goes on without\n";
  write_own(gone);
}

void DeviceSet::finish() {
  const auto wait_for = [](int file, long seconds) {
    constexpr timespec kTenth{0, 100'000'000};  // no more than that is lost where a question's signal comes
    pollfd end{file, 0, 0};
    for (long tenths = 10 * seconds; tenths > 0 && ppoll(&end, 1, &kTenth, nullptr) <= 0; --tenths) {
    }
  };
  constexpr long kClientSeconds = 6;  // more than clients of vsock have to take what the guest has sent
  if (vsock_backend_.say_end()) wait_for(vsock_, kClientSeconds);
  if (has_network_ && network_.say_end()) wait_for(network_.file(), 1);
}

void DeviceSet::permit(Permissions& permissions) const {
  auto& read = permissions.read;
  read.insert(read.end(), {network_.file(), STDIN_FILENO});
  for (unsigned i = 0; i < disk_count_; ++i) read.push_back(drives_[i]->disk.done_file());
  if (has_network_) permissions.writev.push_back(network_.file());
  if (vsock_ >= 0) read.push_back(vsock_), permissions.writev.push_back(vsock_);
  keys_.permit(permissions);
  permissions.threads = is_urgent();
}

}  // namespace wick::monitor
