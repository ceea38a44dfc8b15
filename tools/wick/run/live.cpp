// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/live.h"

#include <fmt/format.h>

#include <cstdio>

#include "abi/bootinfo.h"
#include "base/text.h"
#include "run/accelerator.h"
#include "run/boot.h"
#include "run/command_line.h"

namespace wick::tool {
namespace {

constexpr double kBannerTimeout = 20;  ///< seconds until the banner must have come

std::vector<std::string> interface_names(std::uint32_t bits) {
  static constexpr std::pair<Interface, const char*> kNames[] = {
      {Interface::pvh, "PVH"},
      {Interface::multiboot2, "multiboot2"},
      {Interface::kvm_clock, "kvmclock"},
      {Interface::xen_clock, "Xen clock"},
      {Interface::xen_console, "Xen console"},
      {Interface::xen_event_channels, "Xen event channels"},
      {Interface::xen_shutdown, "Xen shutdown"},
      {Interface::apic_timer, "APIC timer"},
      {Interface::uart, "UART"},
      {Interface::virtio_mmio, "virtio-mmio"},
      {Interface::virtio_pci, "virtio-pci"},
      {Interface::acpi_power_off, "ACPI power-off"},
      {Interface::exit_port, "debug-exit port"},
      {Interface::vtd, "VT-d"},
      {Interface::amd_vi, "AMD-Vi"},
  };
  std::vector<std::string> names;
  for (const auto& [bit, name] : kNames) {
    if (bits & static_cast<std::uint32_t>(bit)) names.emplace_back(name);
  }
  return names;
}

}  // namespace

std::optional<LiveFacts> parse_banner(std::string_view console) {
  for (const std::string& line : split(console.substr(0, console.rfind('\n') + 1), '\n')) {
    std::size_t wall = line.find("wall "), on = line.find(" on ", wall), comma = line.find(", ", on);
    if (!line.starts_with("[wick]") || wall == line.npos || on == line.npos || comma == line.npos) continue;
    LiveFacts facts;
    unsigned bits = 0;
    if (std::sscanf(line.c_str() + comma, ", %u vCPU, heap %llu KiB, interfaces %x", &facts.vcpus, &facts.heap_kib,
                    &bits) != 3)
      continue;
    facts.wall = line.substr(wall + 5, on - wall - 5);
    facts.underneath = line.substr(on + 4, comma - on - 4);
    facts.interfaces = interface_names(bits);
    return facts;
  }
  return {};
}

namespace {

Result<Arguments> command_for_facts(const Target& target, MachineKind kind) {
  constexpr const char* kTellMore = "log.level=info";
  if (target.elf.monitor_size()) {
    std::error_code error;
    return Arguments{fs::canonical(target.built.image, error).string(), "--append", kTellMore};
  }
  Machine machine;
  machine.kind = kind;
  machine.kvm = choose_accelerator().kvm;
  machine.memory = target.facts.memory;
  machine.image = target.built.image.string();
  auto texts = boot_texts({.arguments = {}, .environment = {}, .append = kTellMore}, "");
  if (!texts) return std::unexpected(texts.error());
  machine.command_line = texts->command_line;
  return qemu_arguments(machine, target.facts);
}

}  // namespace

Result<LiveFacts> boot_for_facts(const Target& target, MachineKind kind) {
  auto command = command_for_facts(target, kind);
  if (!command) return std::unexpected(command.error());
  std::string text;
  std::optional<LiveFacts> facts;
  Console console([&](std::string_view bytes) { text += bytes; }, true);
  BootOptions options{.timeout = kBannerTimeout, .empty_input = true, .until = [&] {
                        return (facts = parse_banner(text)).has_value();
                      }};
  options.runs_itself = target.elf.monitor_size() != 0;
  auto result = boot_machine(*command, console, options);
  if (!result) return std::unexpected(result.error());
  if (!facts) facts = parse_banner(text);
  if (!facts)
    return fail(fmt::format("{} does not say who is underneath.", target.facts.name), "`wick run` shows its console.");
  return *facts;
}

}  // namespace wick::tool
