// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/describe.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "abi/settings.h"
#include "base/architecture.h"
#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/tree.h"
#include "manifest/values.h"
#include "run/accelerator.h"
#include "run/keys.h"

namespace wick::tool {
namespace {

/// @return bytes; 0: nothing was asked for
Result<std::uint64_t> asked_memory(const RunOptions& options) {
  if (options.memory.empty()) return 0;
  auto size = parse_size(options.memory);
  if (!size || *size < 1 << 20)
    return fail(fmt::format("\"{}\" is not a memory size.", options.memory), "write for example --memory 64M.");
  return *size;
}

Result<std::vector<Forward>> forwards_of(const RunOptions& options, const ImageFacts& facts) {
  const bool network = facts.has(DeviceKind::network);
  if (!network && (!options.publish.empty() || !options.tap.empty()))
    return fail(fmt::format("{} has no network.", facts.name), "add a section [network] to its wick.toml.");
  if (!options.tap.empty() && !options.publish.empty())
    return fail("A tap interface has no port forwards.", "leave out --tap or -p.");
  std::vector<Forward> forwards;
  if (!network || !options.tap.empty()) return forwards;
  for (const std::string& text : options.publish) {
    auto forward = parse_forward(text);
    if (!forward) return fail(forward.error() + ".", "write for example -p 8080:80 or -p 5353:53/udp.");
    forwards.push_back(*forward);
  }
  if (options.publish.empty()) forwards = default_forwards(facts.ports);
  if (options.dry_run) return forwards;
  if (auto done = settle_forwards(forwards, options.publish.empty()); !done) return std::unexpected(done.error());
  return forwards;
}

/// "5432,6379"
bool is_port_list(const std::string& text) {
  return std::ranges::all_of(split(text, ','), [](const std::string& part) {
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), port);
    return error == std::errc{} && end == part.data() + part.size() && port != 0;
  });
}

/// What of the host the guest may reach is decided outside of the guest: a tap interface can't.
Result<void> check_reach(const RunOptions& options, const ImageFacts& facts) {
  if (!options.tap.empty() && facts.outgoing != "any")
    return fail(fmt::format("{} restricts network.outgoing, which a tap interface can't keep.", facts.name),
                "leave out --tap, or remove the key.");
  const std::string& ports = options.host_loopback;
  if (ports.empty()) return {};
  if (!facts.has(DeviceKind::network))
    return fail(fmt::format("{} has no network.", facts.name), "add a section [network] to its wick.toml.");
  if (!options.tap.empty())
    return fail("A tap interface has no way to this machine's loopback.", "leave out --tap or --host-loopback.");
  if (is_port_list(ports)) return {};
  return fail(fmt::format("\"{}\" is no list of ports.", ports), "write for example --host-loopback 5432,6379.");
}

/// Whether this QEMU can filter its own system calls. Distributions differ.
bool qemu_has_sandbox() {
  auto finished = capture_program({qemu_program(), "-sandbox", "on", "-version"}, {.merge_errors = true});
  return finished && finished->exit_code == 0;
}

Result<void> choose_network(const RunOptions& options, const ImageFacts& facts, Machine& machine) {
  if (auto fine = check_reach(options, facts); !fine) return fine;
  machine.host_loopback = options.host_loopback;
  machine.outgoing = facts.outgoing;
  if (!facts.has(DeviceKind::network) || !options.tap.empty()) return {};
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  const fs::path program = *root / "build/host/monitor/wick-monitor";
  std::error_code error;
  if (!fs::exists(program, error))
    return fail(fmt::format("{} is missing, which serves the network.", program.string()), "`./wick` builds it.");
  machine.network_program = program.string();
  return {};
}

Result<void> choose_machine(RunOptions& options, Machine& machine, std::string& reason) {
  const bool disc = options.iso || options.uefi;
  const auto all = hardware();
  const auto& with_discs = *std::ranges::find_if(all, &Hardware::boots_discs);
  auto models = find_device_models(options.models);
  if (!models) return std::unexpected(models.error());
  machine.models = *models;
  const auto& with_pci = *std::ranges::find_if(all, &Hardware::has_pci);
  if (options.machine.empty()) {
    const bool pci = !machine.models.empty();
    options.machine = (disc ? with_discs : pci ? with_pci : all.front()).name;
  }
  machine.kind = find_hardware(options.machine);
  if (!machine.kind)
    return fail(fmt::format("There is no machine \"{}\".", options.machine), "use " + hardware_help() + ".");
  if (disc && !machine.kind->boots_discs)
    return fail(options.machine + " can't boot an ISO image.",
                fmt::format("add --machine {}, or leave --iso and --uefi out.", with_discs.name));
  if (!machine.models.empty() && !machine.kind->has_pci)
    return fail(fmt::format("{} has no PCI, which --qemu-device is for.", options.machine),
                fmt::format("add --machine {}, or leave --machine out.", with_pci.name));
  const std::string& asked = options.accelerator;
  if (!asked.empty() && asked != "kvm" && asked != "tcg")
    return fail(fmt::format("There is no accelerator \"{}\".", asked), "use kvm or tcg.");
  const Accelerator found = choose_accelerator();
  machine.kvm = asked.empty() ? found.kvm : asked == "kvm";
  reason = asked.empty() ? found.reason : "you asked for it";
  return {};
}

}  // namespace

std::string terminals(bool has_input) {
  return fmt::format("console.tty={}", (has_input && isatty(STDIN_FILENO) ? 1 : 0) | (isatty(STDOUT_FILENO) ? 2 : 0));
}

std::string input_remark(const std::string& name, bool has_console, int file) {
  struct stat facts;
  if (fstat(file, &facts) != 0 || S_ISCHR(facts.st_mode)) return "";
  pollfd piped{file, POLLIN, 0};
  if (::poll(&piped, 1, 0) != 1 || (S_ISREG(facts.st_mode) && facts.st_size == 0)) return "";
  if (has_console)
    return fmt::format("QEMU doesn't tell {} where its input ends: behind the last byte it waits for more.", name);
  return (piped.revents & POLLIN) == 0
             ? ""
             : fmt::format("{} has no console device, so it gets no input: give it console = \"device\".", name);
}

/// They come within the configuration block, whether there is another reason for one or not.
static Result<void> add_keys(const RunOptions& options, const ImageFacts& facts, const std::string& configuration,
                             Machine& machine) {
  auto lines = key_lines(options.keys, facts);
  if (!lines) return std::unexpected(lines.error());
  if (facts.wall != Wall::none) remark_on_keys(options.keys, facts);
  if (lines->empty()) return {};
  std::string& block = machine.block;
  if (block.empty()) block = configuration;
  if (!block.empty() && !block.ends_with('\n')) block += '\n';
  block += *lines;
  if (block.size() <= kMaxConfigurationBytes) return {};
  return fail(fmt::format("The configuration block and the keys have {} bytes, and an image takes {}.", block.size(),
                          kMaxConfigurationBytes),
              "RSA keys are large, keys of P-256 are small.");
}

Result<Machine> describe_machine(RunOptions& options, const Target& target, std::string& accelerator_reason) {
  Machine machine;
  if (auto done = choose_machine(options, machine, accelerator_reason); !done) return std::unexpected(done.error());
  machine.image = target.built.image.string();
  auto memory = asked_memory(options);
  if (!memory) return std::unexpected(memory.error());
  constexpr std::uint64_t kUefiMemory = 128 << 20;  // the firmware alone takes more than most appliances
  machine.memory = *memory ? *memory : options.uefi ? std::max(target.facts.memory, kUefiMemory) : target.facts.memory;
  auto configuration = read_configuration(options.configuration);
  if (!configuration) return std::unexpected(configuration.error());
  BootSettings settings = options.settings;
  settings.append += (settings.append.empty() ? "" : " ") + terminals(target.facts.has(DeviceKind::console));
  auto texts = boot_texts(settings, *configuration);
  if (!texts) return std::unexpected(texts.error());
  machine.command_line = texts->command_line;
  machine.block = texts->block;
  if (auto done = add_keys(options, target.facts, *configuration, machine); !done) return std::unexpected(done.error());
  machine.configuration = options.configuration;
  machine.gdb_port = options.gdb;
  machine.extra = options.extra;
  if (!options.vsock.empty())
    return fail("--vsock PATH is for appliances that run themselves.",
                "leave it out; QEMU has a device by --qemu-arg, for hosts with /dev/vhost-vsock.");
  machine.tap = options.tap;
  if (auto done = choose_network(options, target.facts, machine); !done) return std::unexpected(done.error());
  machine.sandbox = qemu_has_sandbox();
  auto forwards = forwards_of(options, target.facts);
  if (!forwards) return std::unexpected(forwards.error());
  machine.forwards = *forwards;
  auto disks = open_disks(options.disks, target.facts.volumes);
  if (!disks) return std::unexpected(disks.error());
  machine.disks = *disks;
  for (const Disk& disk : machine.disks)
    for (const std::string& text : remarks_on(disk)) remark(text);  // an appliance that runs itself says them, too
  auto shares = open_shares(options.shares, target.facts.shares);
  if (!shares) return std::unexpected(shares.error());
  machine.shares = *shares;
  return machine;
}

Arguments NativeRun::words() const {
  Arguments all = command;
  for (const Forward& forward : forwards) all.insert(all.end(), {"-p", forward_text(forward)});
  return all;
}

Result<NativeRun> describe_native(const RunOptions& options, const Target& target, Wall wall) {
  NativeRun run;
  std::error_code error;
  run.command = {fs::canonical(target.built.image, error).string()};  // as the appliance names itself
  auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) run.command.insert(run.command.end(), {option, value});
  };
  if (wall != target.facts.wall) add("--wall", std::string(wall_name(wall)));
  auto memory = asked_memory(options);
  if (!memory) return std::unexpected(memory.error());
  if (*memory) add("--memory", memory_text(*memory));
  auto forwards = forwards_of(options, target.facts);
  if (!forwards) return std::unexpected(forwards.error());
  run.forwards = *forwards;
  if (auto fine = check_reach(options, target.facts); !fine) return std::unexpected(fine.error());
  add("--host-loopback", options.host_loopback);
  add("--tap", options.tap);
  auto disks = open_disks(options.disks, target.facts.volumes);
  if (!disks) return std::unexpected(disks.error());
  for (const Disk& disk : *disks) {
    const bool plain = disk.serial.empty() && !disk.file.contains('=');
    add("--disk", plain ? disk.file : disk.serial + "=" + disk.file);
  }
  add("--vsock", options.vsock);
  for (const std::string& key : options.keys) add("--key", key);
  remark_on_keys(options.keys, target.facts);
  if (auto done = read_configuration(options.configuration); !done) return std::unexpected(done.error());
  add("--config", options.configuration);
  // An empty argument is an argument.
  for (const std::string& text : options.settings.arguments) run.command.insert(run.command.end(), {"--arg", text});
  for (const std::string& text : options.settings.environment) add("--env", text);
  add("--append", options.settings.append);
  add("--gdb", options.gdb);
  if (options.detach) {
    run.command.emplace_back("-d");
    add("--name", options.name);
  }
  return run;
}

Result<double> time_limit(const RunOptions& options) {
  const std::string& text = options.timeout;
  double seconds = 0;
  if (text.empty()) return 0.0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size() && seconds > 0) return seconds;
  return fail(fmt::format("\"{}\" is not a time.", text), "write seconds, for example --timeout 10.");
}

}  // namespace wick::tool
