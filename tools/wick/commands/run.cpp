// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick run DIR|IMAGE: builds, runs, shows the console and ends as the appliance ended.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "abi/call.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"
#include "run/boot.h"
#include "run/choice.h"
#include "run/clones.h"
#include "run/crash.h"
#include "run/describe.h"
#include "run/iso.h"

namespace wick::tool {
namespace {

class Run final : public Command {
 public:
  std::string name() const override { return "run"; }
  std::string summary() const override { return "Build a project and run it, here or under QEMU"; }
  std::string example() const override { return "wick run apps/http -p 8080:80"; }

  void describe(Syntax& syntax) override {
    RunOptions& o = options_;
    syntax.argument("DIR|IMAGE", target_, "folder with a wick.toml, or an image");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "none, ring, vm, hosted or process instead of the manifest's", "NAME");
    syntax.option("--vmm", o.vmm, "auto (default), hosted, process or qemu: who runs it", "NAME");
    syntax.option("--machine", o.machine, "for QEMU: " + hardware_help(), "KIND");
    syntax.option("--accel", o.accelerator, "for QEMU: kvm or tcg instead of what fits this machine", "NAME");
    syntax.option("--memory", o.memory, "memory of the machine instead of memory.size", "SIZE");
    syntax.options("-p,--publish", o.publish, "forward a port of 127.0.0.1, or of ADDRESS; may be given again",
                   "[ADDRESS:]HOST:GUEST[/udp]");
    syntax.option("--host-loopback", o.host_loopback, "let the appliance reach these ports of 127.0.0.1, at 10.0.2.2",
                  "PORT[,PORT]");
    syntax.option("--tap", o.tap, "attach the network to this tap interface", "IFACE");
    syntax.options("--disk", o.disks, "file behind a volume, in the manifest's order or by serial", "[SERIAL=]FILE");
    syntax.options("--share", o.shares, "for QEMU: folder behind a volume of file_system \"9p\", likewise",
                   "[SERIAL=]FOLDER");
    syntax.option("--vsock", o.vsock, "for hosted and process: Unix socket for the appliance's vsock ports", "PATH");
    syntax.options("--key", o.keys, "private key in PEM that the appliance may use and never sees", "NAME=FILE");
    syntax.option("--config", o.configuration, "file with the configuration block", "FILE");
    syntax.options("--arg", o.settings.arguments, "argument of the application instead of the manifest's", "TEXT");
    syntax.options("--env", o.settings.environment, "environment variable", "NAME=VALUE");
    syntax.option("--append", o.settings.append, "more words for the kernel command line", "TEXT");
    syntax.flag("--iso", o.iso, "for QEMU: boot from a GRUB ISO image");
    syntax.flag("--uefi", o.uefi, "for QEMU: the same under UEFI firmware, OVMF");
    syntax.optional_value("--gdb", o.gdb, "wait for a debugger at this port", "PORT", "1234");
    syntax.options("--qemu-device", o.models, "for QEMU: in the place of virtio's, " + device_model_names(), "MODEL");
    syntax.options("--qemu-arg", o.extra, "one more argument for QEMU", "TEXT");
    syntax.option("--timeout", o.timeout, "stop after this time, exit code 124", "SECONDS");
    syntax.flag("-d,--detach", o.detach, "go on in the background: see wick ps, logs and stop");
    syntax.option("--name", o.name, "name of a detached appliance instead of the image's", "NAME");
    syntax.option("--clones", o.clones, "this many copies of it in the background, from its checkpoint on", "N");
    syntax.flag("--dry-run", o.dry_run, "print the command line only");
    syntax.flag("-v,--verbose", o.verbose, "also show what the image tells its runner");
  }

  Result<int> run() override {
    auto asked = asked_wall(wall_);
    if (!asked) return std::unexpected(asked.error());
    options_.wall = *asked;
    auto choice = choose_for(target_, profile_, options_);
    if (!choice) return std::unexpected(choice.error());
    auto limit = time_limit(options_);
    if (!limit) return std::unexpected(limit.error());
    if (auto fine = check_detached(*choice); !fine) return std::unexpected(fine.error());
    auto clones = clone_count(options_);
    if (!clones) return std::unexpected(clones.error());
    clones_ = *clones;
    auto target = open_chosen(target_, profile_, options_, *choice);
    if (!target) return std::unexpected(target.error());
    BootOptions boot;
    boot.timeout = *limit;
    return !choice->wall ? run_in_qemu(*target, *choice, boot) : run_native(*target, *choice, boot);
  }

 private:
  Result<void> check_detached(const VmmChoice& choice) const {
    if (!options_.detach && options_.clones.empty()) {
      if (options_.name.empty()) return {};
      return fail("Only a detached appliance has a name of its own.", "add -d, or leave --name out.");
    }
    if (!choice.wall)
      return fail("QEMU can't go on in the background here.", "-d and --clones are for walls hosted and process.");
    if (options_.timeout.empty()) return {};
    return fail("A detached appliance has no time limit.", "leave --timeout out; `wick stop` ends it.");
  }

  Result<int> run_in_qemu(const Target& target, const VmmChoice& choice, BootOptions& boot) {
    std::string reason;
    auto machine = describe_machine(options_, target, reason);
    if (!machine) return std::unexpected(machine.error());
    TemporaryFile block;
    if (!machine->block.empty()) {
      if (auto made = block.write(machine->block); !made) return std::unexpected(made.error());
      machine->configuration = block.path();
      if (options_.dry_run) block.keep();
    }
    if (options_.uefi) {
      auto firmware = prepare_uefi(target.built.image.string() + ".uefi");
      if (!firmware) return std::unexpected(firmware.error());
      machine->firmware = *firmware;
    }
    if (options_.iso || options_.uefi) {
      machine->iso = target.built.image.string() + ".iso";
      auto made =
          make_iso(target.built.image, machine->command_line, machine->configuration, machine->iso, options_.uefi);
      if (!made) return std::unexpected(made.error());
    }
    const Arguments qemu = qemu_arguments(*machine, target.facts);
    if (options_.dry_run) {
      print(command_line(qemu));
      return 0;
    }
    remark(fmt::format("{} on QEMU {} ({}) with {}: {}.", target.facts.name, options_.machine, choice.reason,
                       machine->kvm ? "KVM" : "TCG", reason));
    if (!machine->sandbox)
      remark("this QEMU has no sandbox of its own: whoever breaks out of it has this user's rights.");
    if (const auto lost = input_remark(target.facts.name, target.facts.has(DeviceKind::console), STDIN_FILENO);
        !lost.empty())
      remark(lost);
    announce(machine->forwards, target);
    Console console = console_for(target, boot);
    auto result = boot_machine(qemu, console, boot);
    if (!result) return std::unexpected(result.error());
    if (auto code = interrupted(*result, console)) return *code;
    if (auto code = exit_code_in_qemu(result->exit_code, console.exit_code())) return *code;
    return fail(fmt::format("{} stopped without saying how it ended (QEMU's exit code was {}).", target.facts.name,
                            result->exit_code),
                "add -v --append log.level=debug to see more of its start.");
  }

  Result<int> run_native(const Target& target, const VmmChoice& choice, BootOptions& boot) {
    auto run = describe_native(options_, target, *choice.wall);
    if (!run) return std::unexpected(run.error());
    // It writes to a pipe of ours, behind which there may be a terminal.
    if (isatty(STDOUT_FILENO) && !clones_) run->command.insert(run->command.end(), {"--append", terminals(true)});
    if (options_.dry_run) {
      print(command_line(run->words()));
      return 0;
    }
    remark(fmt::format("{} on {}: {}.", target.facts.name,
                       choice.wall == Wall::hosted ? "hosted, /dev/kvm" : "process, a jailed process of Linux",
                       choice.reason));
    announce(run->forwards, target);
    if (clones_) return run_clones(*run, target);
    if (options_.detach) return run_detached(run->words(), target);
    boot.runs_itself = true;
    Console console = console_for(target, boot);
    auto result = boot_machine(run->words(), console, boot);
    if (!result) return std::unexpected(result.error());
    if (auto code = interrupted(*result, console)) return *code;
    return result->exit_code;
  }

  /// The appliance returns when it is ready, says its process id and goes on. It may end at any time from then.
  Result<int> run_detached(const Arguments& command, const Target& target) {
    auto finished = capture_program(command);
    if (!finished) return std::unexpected(finished.error());
    if (finished->exit_code != 0) return finished->exit_code;
    print(fmt::format("{} {}", name_of(target), trim(finished->output)));
    return 0;
  }

  Result<int> run_clones(const NativeRun& run, const Target& target) {
    if (auto done = start_clones(run, name_of(target), clones_); !done) return std::unexpected(done.error());
    return 0;
  }

  const std::string& name_of(const Target& target) const {
    return options_.name.empty() ? target.facts.name : options_.name;
  }

  void announce(const std::vector<Forward>& forwards, const Target& target) const {
    for (const Forward& forward : forwards) remark(paint(Paint::bold, address_of(forward), STDERR_FILENO));
    if (options_.gdb.empty()) return;
    remark(fmt::format("waiting for a debugger: gdb -ex 'set $port = {}' -x tools/gdb/wick.gdb {}", options_.gdb,
                       target.built.debug.string()));
  }

  Console console_for(const Target& target, BootOptions& boot) {
    auto show = [this](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      reader_gone_ = std::fflush(stdout) != 0;
    };
    boot.until = [this] { return reader_gone_; };
    auto explain = [debug = target.built.debug](std::string_view crash) {
      if (auto report = parse_crash(crash)) fmt::print(stderr, "{}\n", explain_crash(*report, debug));
    };
    return Console(show, options_.verbose, explain);
  }

  /// The exit code of what didn't end by itself, and of a crash.
  std::optional<int> interrupted(const BootResult& result, const Console& console) const {
    if (!console.crash().empty()) return raw(ExitCode::panic);
    if (result.ending == Ending::timeout) {
      remark(fmt::format("stopped after {} s.", options_.timeout));
      return raw(ExitCode::timeout);
    }
    if (result.ending == Ending::signal) {
      remark("stopped.");
      return 128 + result.signal;
    }
    return {};
  }

  std::string target_, profile_, wall_;
  RunOptions options_;
  unsigned clones_ = 0;
  bool reader_gone_ = false;
};

}  // namespace

std::unique_ptr<Command> make_run() { return std::make_unique<Run>(); }

}  // namespace wick::tool
