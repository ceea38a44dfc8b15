// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// libvirt's description of a domain (libvirt.org/formatdomain.html). Its disks need no letter of their own, since
// guests find volumes by serial; the schema wants one.

#include <fmt/format.h>

#include "base/architecture.h"
#include "pack/run_files.h"

namespace wick::tool {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string disk_xml(const Disk& disk, std::size_t index) {
  return fmt::format(
      "    <disk type='file' device='disk'>\n      <driver name='qemu' type='raw' error_policy='report'/>\n"
      "      <source file='{}'/>\n      <target dev='vd{}' bus='virtio'/>\n{}{}    </disk>\n",
      escaped(disk.file), static_cast<char>('a' + index), disk.read_only ? "      <readonly/>\n" : "",
      disk.serial.empty() ? "" : fmt::format("      <serial>{}</serial>\n", escaped(disk.serial)));
}

}  // namespace

std::string libvirt_xml(const RunFacts& facts) {
  std::string devices;
  for (std::size_t i = 0; i < facts.disks.size(); ++i) devices += disk_xml(facts.disks[i], i);
  if (facts.image.has(DeviceKind::network))
    devices +=
        "    <interface type='network'>\n      <source network='default'/>\n      <model type='virtio'/>\n    "
        "</interface>\n";
  devices += "    <serial type='pty'/>\n    <console type='pty'>\n      <target type='serial'/>\n    </console>\n";
  if (facts.image.has(DeviceKind::entropy))
    devices += "    <rng model='virtio'>\n      <backend model='random'>/dev/urandom</backend>\n    </rng>\n";
  devices += "    <memballoon model='none'/>\n";
  return fmt::format(
      "<domain type='kvm'>\n  <name>{}</name>\n  <memory unit='b'>{}</memory>\n  <vcpu>{}</vcpu>\n"
      "  <os>\n    <type arch='{}' machine='q35'>hvm</type>\n    <kernel>{}</kernel>\n  </os>\n"
      "  <features>\n    <acpi/>\n  </features>\n  <cpu mode='host-passthrough'/>\n"
      "  <on_poweroff>destroy</on_poweroff>\n  <on_reboot>destroy</on_reboot>\n  <on_crash>destroy</on_crash>\n"
      "  <devices>\n{}  </devices>\n</domain>\n",
      escaped(facts.image.name), facts.image.memory, facts.vcpus, kArchitecture.name, escaped(facts.path), devices);
}

}  // namespace wick::tool
