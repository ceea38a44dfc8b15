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
#include "monitor/base/phases.h"
#include "monitor/base/stack.h"
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

const std::string& name_of(const Appliance& a) { return a.options.name.empty() ? a.guest.image.name : a.options.name; }

/// What the guest's threads may still do when everything is open.
Permissions permissions_of(const Appliance& a) {
  const auto& notes = a.guest.image.notes;
  const auto may_call = [&](wick::Call call) { return (notes.abi.calls & wick::call_bit(call)) != 0; };
  Permissions may;
  may.read = {signal_file()};
  may.write = {STDOUT_FILENO, STDERR_FILENO, signal_file()};
  a.guest.machine->permit(may);
  may.drop_memory = notes.restart.policy != wick::RestartPolicy::halt;
  may.protect_memory = may_call(wick::Call::seal);
  may.set_timer = may_call(wick::Call::watchdog) || raw(notes.slice.length());
  a.devices.permit(may);
  a.copies.permit(may);
  may.threads |= a.control.listens();
  for (const auto* observer : observers()) observer->permit(may);
  return may;
}

/// Everything that can fail, then the jail.
Outcome begin(Appliance& a, const Payload& payload) {
  if (auto done = set_up(a, payload); !done) return done;
  if (!start_signals()) return std::unexpected("signals can't be handled");
  a.guest.clock.begin(a.guest.memory.read_only().clock, wick::Nanoseconds{0});
  if (!a.options.restore.empty())
    if (auto done = restore_snapshot(a); !done) return done;
  start_guest(a);
  phase_ends("first life");
  close_named();
  if (auto done = announce(name_of(a), a.guest.machine->kind, a.options.publish); !done) return done;
  for (auto* observer : observers())
    if (auto done = observer->wait(); !done) return done;
  if (!landlock_version())
    std::fputs("[wick] warning: this kernel has no Landlock: files are closed to the jail by seccomp alone\n", stderr);
  if (!give_up_privileges()) return std::unexpected("the system refuses the monitor's jail");
  if (auto done = a.devices.start(); !done) return done;
  if (auto done = a.control.start(a.copies.asked_for.offset + a.guest.memory.copy_length(), signal_file()); !done)
    return done;
  const bool returns = a.guest.image.notes.restart.policy != wick::RestartPolicy::halt &&
                       (a.guest.memory.has_copy() || a.copies.keeps_checkpoints());
  if (returns && !a.copies.sweeper.start())
    return std::unexpected("the system refuses a thread for the memory of lives that are over");
  const auto permissions = permissions_of(a);
  const bool alone = std::ranges::any_of(observers(), &Observer::wants_one_thread);
  if (!alone && !a.io_thread.start(a.guest, a.devices, permissions, set_alarm))
    return std::unexpected("the system refuses a thread for the devices");
  if (a.options.clones) give_back_stack();
  if (!confine_guest_thread(permissions)) return std::unexpected("the system refuses the monitor's jail");
  phase_ends("jail");
  return {};
}

}  // namespace

wick::monitor::Appliance* wick::monitor::running = nullptr;

int main(int count, char** words) {
  static Appliance a;
  phase_ends("exec");
  running = &a;
  a.guest.clock.start();
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
  phase_ends("options");
  auto payload = open_payload("/proc/self/exe", words[0]);
  if (!payload) return refuse(payload.error());
  auto image = read_guest_image(payload->bytes);
  if (!image) return refuse(image.error());
  a.guest.image = std::move(*image);
  close_payload(*payload);
  if (a.options.version) {
    std::printf("%s %s\n", a.guest.image.name.c_str(), a.guest.image.version.c_str());
    return 0;
  }
  phase_ends("image");
  choose_machine(a);
  if (a.options.clones) {
    const auto is_clone = start_clones(a, *payload, name_of(a));
    if (!is_clone) return refuse(is_clone.error());
    if (!*is_clone) return 0;
  } else if (a.options.detach) {
    if (auto done = go_to_background(name_of(a)); !done) return refuse(done.error());
  }
  if (auto done = begin(a, *payload); !done) return refuse(done.error());
  const int code = run_guest(a);
  finish_output();
  a.devices.finish();
  tell_all(&Observer::ended, code);
  return code;
}
