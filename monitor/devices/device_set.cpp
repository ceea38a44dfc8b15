// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/device_set.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "abi/event.h"
#include "guest/dispatch.h"
#include "monitor/base/sentence.h"
#include "monitor/network/user_network.h"

namespace wick::monitor {

Outcome DeviceSet::open(const DeviceOptions& options, const GuestImage& image) {
  if (auto done = open_network(options, image); !done) return done;
  if (auto done = open_disks(options, image); !done) return done;
  has_terminal_ = image.has_driver("virtio-console");
  return {};
}

Outcome DeviceSet::open_network(const DeviceOptions& options, const GuestImage& image) {
  if (!image.has_driver("virtio-net")) {
    if (options.tap.empty() && options.publish.empty() && options.host_loopback.empty()) return {};
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
  auto network = start_user_network(std::move(words), "/proc/self/exe");
  if (!network) return std::unexpected(network.error());
  network_.use_user_network(network->frames, *network->rings);
  return {};
}

Outcome DeviceSet::open_disks(const DeviceOptions& options, const GuestImage& image) {
  if (!options.disks.empty() && !image.has_driver("virtio-block"))
    return sentence("%s has no volume: its wick.toml names none", image.name.c_str());
  if (options.disks.size() > kMostDisks) return sentence("an appliance has at most %u disks", kMostDisks);
  auto free = image.volumes;
  for (const auto& option : options.disks) {
    std::string serial = option.serial;
    if (serial.empty() && !free.empty()) serial = free.front();
    std::erase(free, serial);
    disks_[disk_count_] = std::make_unique<Disk>();
    if (auto done = disks_[disk_count_]->open(option.file, serial); !done) return done;
    ++disk_count_;
  }
  return {};
}

Outcome DeviceSet::start() {
  for (unsigned i = 0; i < disk_count_; ++i)
    if (auto done = disks_[i]->start(); !done) return done;
  for (unsigned i = 0; i < entries_.count; ++i) {  // known only now: eventfds come with the threads
    for (unsigned d = 0; d < disk_count_; ++d)
      if (devices_[i] == &disk_backends_[d]) files_[i] = disks_[d]->done_file();
  }
  return {};
}

void DeviceSet::add(hv::PageDevice& backend, const DeviceEntry& entry) {
  devices_[entries_.count] = &backend;
  entries_.add(entry);
}

void DeviceSet::offer(SharedPages& pages) {
  const auto event = [&] { return static_cast<unsigned>(Event::first_device) + entries_.count; };
  const auto page = [&]() -> DevicePage& { return pages.devices[entries_.count]; };
  if (has_network_) {
    files_[entries_.count] = network_.file();
    add(network_backend_, network_backend_.start(network_, page(), entries_.count, event()));
  }
  for (unsigned i = 0; i < disk_count_; ++i) {
    requests_[i] = std::make_unique<hv::BlockBackend::Request[]>(hv::BlockBackend::kRequests);
    add(disk_backends_[i], disk_backends_[i].start(*disks_[i], requests_[i].get(), page(), entries_.count, event()));
  }
  if (has_terminal_) {
    files_[entries_.count] = STDIN_FILENO;
    add(terminal_backend_, terminal_backend_.start(terminal_, page(), entries_.count, event()));
  }
}

Status DeviceSet::notify(std::uint32_t number) {
  const std::uint32_t device = number / hv::kNumbersPerDevice, which = number % hv::kNumbersPerDevice;
  if (device >= entries_.count) return Status::bad_argument;
  const auto index = hv::bounded(device, entries_.count);
  if (which == hv::kControlNumber) {
    (void)devices_[index]->control();
  } else if (which < kDeviceQueues) {
    (void)devices_[index]->notified(which);  // serve() looks at every device anyway
  } else {
    return Status::bad_argument;
  }
  return Status::ok;
}

bool DeviceSet::serve() {
  bool more = false;
  for (unsigned i = 0; i < entries_.count; ++i) {
    const bool its_more = devices_[i]->serve();
    // What the network has no room for is no work: wait() returns when there is room.
    more |= its_more && !(devices_[i] == &network_backend_ && network_.blocked());
  }
  return more;
}

void DeviceSet::wait(Nanoseconds most, int signals) {
  pollfd files[kMostDevices + 1];
  for (unsigned i = 0; i < entries_.count; ++i) {
    const bool closed = devices_[i] == &terminal_backend_ && !terminal_.open();
    files[i] = {closed ? -1 : files_[i], POLLIN, 0};
    if (devices_[i] == &network_backend_ && network_.wants_to_write()) files[i].events |= POLLOUT;
  }
  files[entries_.count] = {signals, POLLIN, 0};
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const timespec time{static_cast<time_t>(raw(most) / kSecond), static_cast<long>(raw(most) % kSecond)};
  if (has_network_ && !network_.wait()) return;
  const int ready = ppoll(files, entries_.count + 1, most == kNever ? nullptr : &time, nullptr);
  if (has_network_) network_.awake();
  if (ready <= 0) return;
  std::uint64_t count;
  if (files[entries_.count].revents) (void)!read(signals, &count, sizeof count);
  for (unsigned i = 0; i < entries_.count; ++i) {
    if (!files[i].revents) continue;
    if (devices_[i] == &terminal_backend_) terminal_.readable();
    if (devices_[i] == &network_backend_ && files[i].revents & POLLIN) network_.hear();
    if (devices_[i] == &network_backend_ && (files[i].revents & (POLLHUP | POLLERR) || network_.broken())) {
      files_[i] = -1;
      network_.lose();
      constexpr std::string_view kGone =
          "[wick] the network is gone: its process has ended; the guest goes on without\n";
      write_own(kGone);
    }
  }
}

void DeviceSet::finish() {
  if (!has_network_ || !network_.say_end()) return;
  constexpr timespec kMoment{1, 0};
  pollfd end{network_.file(), 0, 0};
  (void)!ppoll(&end, 1, &kMoment, nullptr);
}

void DeviceSet::reset() {
  for (unsigned i = 0; i < entries_.count; ++i) devices_[i]->reset();
}

void DeviceSet::save(Saved& to) {
  for (unsigned i = 0; i < entries_.count; ++i) to[i] = devices_[i]->save();
}

Status DeviceSet::restore(const Saved& from) {
  for (unsigned i = 0; i < entries_.count; ++i)
    if (const auto status = devices_[i]->restore(from[i]); !ok(status)) return status;
  return Status::ok;
}

std::vector<int> DeviceSet::done_files() const {
  std::vector<int> files;
  for (unsigned i = 0; i < disk_count_; ++i) files.push_back(disks_[i]->done_file());
  return files;
}

}  // namespace wick::monitor
