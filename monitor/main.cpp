// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The monitor's story: an appliance that runs itself on Linux, from its command line to its exit code.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "abi/call.h"
#include "abi/console.h"
#include "monitor/appliance.h"
#include "monitor/background.h"
#include "monitor/devices/terminal.h"
#include "monitor/jail/confine.h"
#include "monitor/jail/inherited.h"
#include "monitor/jail/privileges.h"
#include "monitor/network/process.h"
#include "monitor/signals.h"

namespace {

using namespace wick::monitor;

int refuse(const std::string& why) {
  if (!give_up(why)) std::fprintf(stderr, "%s%s.\n", wick::console_line::kCannotStart.data(), why.c_str());
  return raw(wick::ExitCode::cannot_start);
}

/// A file that we open must not get the number of a standard file that is closed: it would become the console.
void occupy_standard_files() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(file, F_GETFD) < 0) (void)open("/dev/null", O_RDWR);
}

/// What the guest's threads may still do when everything is open.
Permissions permissions_of(const Appliance& a) {
  const auto may_call = [&](wick::Call call) { return (a.image.notes.abi.calls & wick::call_bit(call)) != 0; };
  const int network = a.devices.network().file();
  const auto disks = a.devices.done_files();
  Permissions may{
      .read = {network, signal_file(), STDIN_FILENO, a.snapshot_file.keeper()},
      .write = {STDOUT_FILENO, STDERR_FILENO, signal_file(), a.snapshot_file.keeper()},
      .writev = {},
      .pread = {a.page_map},
      .pwrite = {a.snapshot_file.file()},
      .close = {a.snapshot_file.file()},
      .map = {},
      .vcpu = a.machine->run_file(),
      .threads = a.devices.has_network() || !disks.empty(),
      .map_memory = a.copies_memory(),
      .drop_memory = a.image.notes.restart.policy != wick::RestartPolicy::halt,
      .protect_memory = may_call(wick::Call::seal),
      .set_timer = may_call(wick::Call::watchdog),
  };
  if (a.devices.has_network()) may.writev = {network};
  may.read.insert(may.read.end(), disks.begin(), disks.end());
  for (const auto& checkpoint : a.checkpoints) {
    if (checkpoint.file < 0) continue;
    may.map.push_back(checkpoint.file);
    may.pwrite.push_back(checkpoint.file);
  }
  for (const auto* observer : observers()) observer->permit(may);
  return may;
}

/// Everything that can fail, then the jail.
std::expected<void, std::string> begin(Appliance& a) {
  if (auto done = set_up(a); !done) return done;
  if (!start_signals()) return std::unexpected("signals can't be handled");
  a.clock.begin(a.memory.given().clock, wick::Nanoseconds{0});
  if (a.options.restore.empty())
    start_guest(a);
  else if (auto done = restore_snapshot(a); !done)
    return done;
  close_named();
  if (auto done = announce(a); !done) return done;
  for (auto* observer : observers())
    if (auto done = observer->wait(); !done) return done;
  if (!landlock_version())
    std::fputs("[wick] warning: this kernel has no Landlock: files are closed to the jail by seccomp alone\n", stderr);
  if (!give_up_privileges()) return std::unexpected("the system refuses the monitor's jail");
  if (auto done = a.devices.start(); !done) return done;
  const auto permissions = permissions_of(a);
  const bool alone = std::ranges::any_of(observers(), &Observer::wants_one_thread);
  if (!alone && !a.io_thread.start(a, a.devices, permissions))
    return std::unexpected("the system refuses a thread for the devices");
  if (!confine_guest_thread(permissions)) return std::unexpected("the system refuses the monitor's jail");
  return {};
}

}  // namespace

wick::monitor::Appliance* wick::monitor::running = nullptr;

int main(int count, char** words) {
  static Appliance a;
  running = &a;
  a.clock.start();
  if (count > 1 && std::strcmp(words[1], kNetworkProcess) == 0)
    return network_process({words + 2, static_cast<std::size_t>(count - 2)});
  occupy_standard_files();
  const std::span arguments{words + 1, static_cast<std::size_t>(count > 0 ? count - 1 : 0)};
  close_inherited(arguments);
  auto options = read_options(arguments);
  if (!options) return refuse(options.error());
  a.options = std::move(*options);
  if (a.options.help) {
    std::fputs(help_text(words[0]).c_str(), stdout);
    return 0;
  }
  auto payload = open_payload("/proc/self/exe", words[0]);
  if (!payload) return refuse(payload.error());
  a.payload = *payload;
  auto image = read_guest_image(a.payload.bytes);
  if (!image) return refuse(image.error());
  a.image = std::move(*image);
  if (a.options.version) {
    std::printf("%s %s\n", a.image.name.c_str(), a.image.version.c_str());
    return 0;
  }
  if (a.options.detach)
    if (auto done = go_to_background(a.name()); !done) return refuse(done.error());
  if (auto done = begin(a); !done) return refuse(done.error());
  const int code = run_guest(a);
  finish_output();
  a.devices.finish();
  tell_all(&Observer::ended, code);
  return code;
}
