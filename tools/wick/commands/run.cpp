// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick run DIR|IMAGE: builds, boots, shows the console and ends as the appliance ended.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/terminal.h"
#include "base/text.h"
#include "build/target.h"
#include "commands/commands.h"
#include "manifest/values.h"
#include "run/accelerator.h"
#include "run/boot.h"
#include "run/command_line.h"
#include "run/crash.h"
#include "run/iso.h"
#include "run/machine.h"

namespace wick::tool {
namespace {

constexpr int kTimeoutExit = 124;                 ///< as timeout(1) has it
constexpr std::uint64_t kUefiMemory = 128 << 20;  ///< the firmware alone takes more than most appliances
constexpr int kCrashExit = 134;                   ///< as a shell shows an aborted program

class Run final : public Command {
 public:
  std::string name() const override { return "run"; }
  std::string summary() const override { return "Build a project and boot it under QEMU"; }
  std::string example() const override { return "wick run apps/http -p 8080:80"; }

  void describe(Syntax& syntax) override {
    syntax.argument("DIR|IMAGE", target_, "folder with a wick.toml, or an image");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "none, ring or vm instead of the manifest's", "NAME");
    syntax.option("--machine", machine_, "microvm (default) or q35", "KIND");
    syntax.option("--accel", accelerator_, "kvm or tcg instead of what fits this machine", "NAME");
    syntax.option("--memory", memory_, "memory of the machine instead of memory.size", "SIZE");
    syntax.options("-p,--publish", publish_, "forward a port of 127.0.0.1; may be given again", "HOST:GUEST[/udp]");
    syntax.option("--tap", tap_, "attach the network to this tap interface", "IFACE");
    syntax.options("--disk", disks_, "file behind a volume, in the manifest's order or by serial", "[SERIAL=]FILE");
    syntax.option("--config", configuration_, "file with the configuration block", "FILE");
    syntax.options("--arg", settings_.arguments, "argument of the application instead of the manifest's", "TEXT");
    syntax.options("--env", settings_.environment, "environment variable", "NAME=VALUE");
    syntax.option("--append", settings_.append, "more words for the kernel command line", "TEXT");
    syntax.flag("--iso", iso_, "boot from a GRUB ISO image (q35)");
    syntax.flag("--uefi", uefi_, "boot from a GRUB ISO image under UEFI firmware, OVMF (q35)");
    syntax.optional_value("--gdb", gdb_, "wait for a debugger at this port", "PORT", "1234");
    syntax.options("--qemu-arg", extra_, "one more argument for QEMU", "TEXT");
    syntax.option("--timeout", timeout_, "stop after this time, exit code 124", "SECONDS");
    syntax.flag("--dry-run", dry_run_, "print the QEMU command line only");
    syntax.flag("-v,--verbose", verbose_, "also show what the image tells its runner");
  }

  Result<int> run() override {
    auto target = open_target(target_, profile_, wall_);
    if (!target) return std::unexpected(target.error());
    auto machine = describe_machine(*target);
    if (!machine) return std::unexpected(machine.error());
    BootOptions options;
    if (auto done = read_timeout(options.timeout); !done) return std::unexpected(done.error());
    if (uefi_) {
      auto firmware = prepare_uefi(target->built.image.string() + ".uefi");
      if (!firmware) return std::unexpected(firmware.error());
      machine->firmware = *firmware;
    }
    if (iso_) {
      machine->iso = target->built.image.string() + ".iso";
      auto made = make_iso(target->built.image, machine->command_line, configuration_, machine->iso, uefi_);
      if (!made) return std::unexpected(made.error());
    }
    Arguments qemu = qemu_arguments(*machine, target->facts);
    if (dry_run_) {
      print(command_line(qemu));
      return 0;
    }
    announce(*machine, *target);
    bool reader_gone = false;
    auto show = [&](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      reader_gone = std::fflush(stdout) != 0;
    };
    options.until = [&] { return reader_gone; };
    auto explain = [&](std::string_view crash) {
      if (auto report = parse_crash(crash)) fmt::print(stderr, "{}\n", explain_crash(*report, target->built.debug));
    };
    Console console(show, verbose_, explain);
    auto result = boot_machine(qemu, console, options);
    if (!result) return std::unexpected(result.error());
    return conclude(*result, console, *target);
  }

 private:
  Result<Machine> describe_machine(const Target& target) {
    Machine machine;
    iso_ |= uefi_;
    if (machine_.empty()) machine_ = iso_ ? "q35" : "microvm";
    if (machine_ != "microvm" && machine_ != "q35")
      return fail(fmt::format("There is no machine \"{}\".", machine_), "use microvm or q35.");
    machine.kind = machine_ == "q35" ? MachineKind::q35 : MachineKind::microvm;
    if (iso_ && machine.kind == MachineKind::microvm)
      return fail("microvm cannot boot an ISO image.", "add --machine q35, or leave --iso and --uefi out.");
    if (auto chosen = choose(machine); !chosen) return std::unexpected(chosen.error());

    machine.image = target.built.image.string();
    machine.memory = uefi_ ? std::max(target.facts.memory, kUefiMemory) : target.facts.memory;
    if (!memory_.empty()) {
      auto size = parse_size(memory_);
      if (!size || *size < 1 << 20)
        return fail(fmt::format("\"{}\" is not a memory size.", memory_), "write for example --memory 64M.");
      machine.memory = *size;
    }
    auto line = kernel_command_line(settings_);
    if (!line) return std::unexpected(line.error());
    machine.command_line = *line;
    std::error_code error;
    if (!configuration_.empty() && !fs::is_regular_file(configuration_, error)) {
      return fail(fmt::format("The configuration block {} does not exist.", configuration_),
                  "it is a text file of key=value lines.");
    }
    machine.configuration = configuration_;
    machine.gdb_port = gdb_;
    machine.extra = extra_;
    if (auto done = add_network(machine, target.facts); !done) return std::unexpected(done.error());
    if (auto done = add_disks(machine, target.facts); !done) return std::unexpected(done.error());
    return machine;
  }

  Result<void> choose(Machine& machine) {
    Accelerator found = choose_accelerator();
    if (!accelerator_.empty() && accelerator_ != "kvm" && accelerator_ != "tcg") {
      return fail(fmt::format("There is no accelerator \"{}\".", accelerator_), "use kvm or tcg.");
    }
    machine.kvm = accelerator_.empty() ? found.kvm : accelerator_ == "kvm";
    accelerator_reason_ = accelerator_.empty() ? found.reason : "you asked for it";
    return {};
  }

  Result<void> add_network(Machine& machine, const ImageFacts& facts) {
    bool network = facts.has_driver("virtio-net");
    if (!network && (!publish_.empty() || !tap_.empty())) {
      return fail(fmt::format("{} has no network.", facts.name), "add a section [network] to its wick.toml.");
    }
    if (!tap_.empty() && !publish_.empty())
      return fail("A tap interface has no port forwards.", "leave out --tap or -p.");
    machine.tap = tap_;
    if (!network || !tap_.empty()) return {};
    for (const std::string& text : publish_) {
      auto forward = parse_forward(text);
      if (!forward) return std::unexpected(forward.error());
      machine.forwards.push_back(*forward);
    }
    if (publish_.empty()) machine.forwards = default_forwards(facts.ports);
    return dry_run_ ? Result<void>{} : settle_forwards(machine.forwards);
  }

  Result<void> add_disks(Machine& machine, const ImageFacts& facts) {
    std::vector<std::string> free = facts.volumes;
    for (const std::string& text : disks_) {
      std::size_t equals = text.find('=');
      Disk disk{equals == text.npos ? "" : text.substr(0, equals),
                equals == text.npos ? text : text.substr(equals + 1)};
      std::error_code error;
      if (!fs::exists(disk.file, error)) {
        return fail(fmt::format("The disk file {} does not exist.", disk.file),
                    fmt::format("`truncate -s 64M {}` makes an empty one.", disk.file));
      }
      if (disk.serial.empty() && !free.empty()) disk.serial = free.front();
      std::erase(free, disk.serial);
      machine.disks.push_back(disk);
    }
    for (const std::string& serial : free)
      remark(fmt::format("the volume \"{}\" has no disk; give one with --disk FILE.", serial));
    return {};
  }

  Result<void> read_timeout(double& seconds) {
    if (timeout_.empty()) return {};
    auto [end, error] = std::from_chars(timeout_.data(), timeout_.data() + timeout_.size(), seconds);
    if (error == std::errc{} && end == timeout_.data() + timeout_.size() && seconds > 0) return {};
    return fail(fmt::format("\"{}\" is not a time.", timeout_), "write seconds, for example --timeout 10.");
  }

  void announce(const Machine& machine, const Target& target) const {
    remark(fmt::format("{} on QEMU {} with {}: {}.", target.facts.name, machine_, machine.kvm ? "KVM" : "TCG",
                       accelerator_reason_));
    for (const Forward& forward : machine.forwards) remark(paint(Paint::bold, address_of(forward), STDERR_FILENO));
    if (gdb_.empty()) return;
    remark(fmt::format("waiting for a debugger: gdb -ex 'set $port = {}' -x tools/gdb/wick.gdb {}", gdb_,
                       target.built.debug.string()));
  }

  Result<int> conclude(const BootResult& result, const Console& console, const Target& target) const {
    if (!console.crash().empty()) return kCrashExit;
    if (result.ending == Ending::timeout) {
      remark(fmt::format("stopped after {} s.", timeout_));
      return kTimeoutExit;
    }
    if (result.ending == Ending::signal) {
      remark("stopped.");
      return 128 + result.signal;
    }
    // A process's exit code has eight bits; what is not success must not become it.
    if (auto code = console.exit_code()) return *code == 0 ? 0 : std::max(1, static_cast<int>(*code & 0xff));
    return fail(fmt::format("{} stopped without saying how it ended (QEMU's exit code was {}).", target.facts.name,
                            result.qemu_exit),
                "add -v --append log.level=debug to see more of its start.");
  }

  std::string target_, profile_, wall_, machine_, accelerator_, accelerator_reason_, memory_, tap_, configuration_,
      gdb_, timeout_;
  std::vector<std::string> publish_, disks_, extra_;
  BootSettings settings_;
  bool iso_ = false, uefi_ = false, dry_run_ = false, verbose_ = false;
};

}  // namespace

std::unique_ptr<Command> make_run() { return std::make_unique<Run>(); }

}  // namespace wick::tool
