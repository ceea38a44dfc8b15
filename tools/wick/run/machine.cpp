// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/machine.h"

#include <fmt/format.h>

#include "base/architecture.h"

namespace wick::tool {
namespace {

/// On PCI only the modern interface is wanted.
std::string virtio(const Machine& machine, std::string_view device, std::string_view properties = {}) {
  std::string text = fmt::format("virtio-{}-{}", device, machine.kind->has_pci ? "pci,disable-legacy=on" : "device");
  if (!properties.empty()) text += fmt::format(",{}", properties);
  return text;
}

/// Commas separate QEMU's suboptions; a doubled one stands for itself.
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == ',' ? ",," : std::string(1, c);
  return out;
}

/// What stands before a colon is a protocol to QEMU, unless a slash comes first.
std::string as_path(const std::string& file) { return file.find(':') < file.find('/') ? "./" + file : file; }

void add_network(Arguments& line, const Machine& machine) {
  // The number is the one that Wick's network (monitor/network/process.cpp) gives QEMU's end.
  std::string backend = "dgram,id=n0,local.type=fd,local.str=3";
  if (!machine.tap.empty()) {
    backend = fmt::format("tap,id=n0,ifname={},script=no,downscript=no", escaped(machine.tap));
  } else if (machine.network_program.empty()) {
    backend = "user,id=n0,restrict=on";
  }
  // romfile: nothing here boots from the network.
  std::string properties = machine.kind->has_pci ? "netdev=n0,romfile=" : "netdev=n0";
  const DeviceModel* model = model_for(machine.models, DeviceKind::network);
  const std::string device =
      model ? fmt::format("{},{}", model->device, properties) : virtio(machine, "net", properties);
  line.insert(line.end(), {"-netdev", backend, "-device", device});
}

void add_disks(Arguments& line, const Machine& machine) {
  const DeviceModel* model = model_for(machine.models, DeviceKind::block);
  if (model && !model->controller.empty() && !machine.disks.empty())
    line.insert(line.end(), {"-device", std::string(model->controller)});
  for (std::size_t i = 0; i < machine.disks.size(); ++i) {
    const Disk& disk = machine.disks[i];
    const char* writable = disk.read_only ? ",readonly=on" : "";
    line.insert(line.end(), {"-drive", fmt::format("if=none,id=d{},format=raw{},file={}", i, writable,
                                                   escaped(as_path(disk.file)))});
    // Left alone, QEMU stops the machine without a word when the host's file system is full.
    std::string properties = fmt::format("drive=d{},werror=report,rerror=report", i);
    if (!disk.serial.empty()) properties += ",serial=" + escaped(disk.serial);
    line.insert(line.end(), {"-device", model ? fmt::format("{},{}", model->device, properties)
                                              : virtio(machine, "blk", properties)});
  }
}

/// What the guest makes there belongs to this user, with the permissions that it asks for. File numbers of several file
/// systems below the folder are kept apart.
void add_shares(Arguments& line, const Machine& machine) {
  for (std::size_t i = 0; i < machine.shares.size(); ++i) {
    const SharedFolder& share = machine.shares[i];
    line.insert(
        line.end(),
        {"-fsdev", fmt::format("local,id=f{},security_model=none,multidevs=remap,path={}", i, escaped(share.folder)),
         "-device", virtio(machine, "9p", fmt::format("fsdev=f{},mount_tag={}", i, share.name))});
  }
}

void add_firmware(Arguments& line, const Firmware& firmware) {
  if (firmware.code.empty()) return;
  line.insert(line.end(), {"-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + escaped(firmware.code), "-drive",
                           "if=pflash,format=raw,unit=1,file=" + escaped(firmware.variables)});
}

void add_console(Arguments& line, const Machine& machine, const ImageFacts& facts) {
  if (!facts.has(DeviceKind::console)) {
    line.insert(line.end(), {"-serial", "stdio"});
    return;
  }
  // hv's words go to the pipe that standard output is, by a way of their own: with `mux` for both, QEMU 7.2 loses input
  // beyond some 40 bytes at a time, and takes Ctrl-A for itself.
  line.insert(line.end(),
              {"-chardev", "stdio,id=c0,signal=on", "-chardev", "file,id=c1,path=/dev/stdout,append=on", "-serial",
               "chardev:c1", "-device", virtio(machine, "serial"), "-device", "virtconsole,chardev=c0"});
}

}  // namespace

std::string memory_text(std::uint64_t bytes) {
  return bytes % (1 << 20) == 0 ? fmt::format("{}M", bytes >> 20) : fmt::format("{}K", bytes >> 10);
}

namespace {

/// The program that has the other end of the guest's network, which then becomes QEMU.
Arguments network_arguments(const Machine& machine, const ImageFacts& facts) {
  if (!facts.has(DeviceKind::network) || !machine.tap.empty() || machine.network_program.empty()) return {};
  Arguments line{machine.network_program, "--network-process"};
  for (const Forward& forward : machine.forwards) line.insert(line.end(), {"-p", forward_text(forward)});
  if (!machine.host_loopback.empty()) line.insert(line.end(), {"--host-loopback", machine.host_loopback});
  if (machine.outgoing != "any") line.insert(line.end(), {"--outgoing", machine.outgoing});
  line.emplace_back("--run");
  return line;
}

}  // namespace

Arguments qemu_arguments(const Machine& machine, const ImageFacts& facts) {
  Arguments line = network_arguments(machine, facts);
  line.insert(line.end(),
              {qemu_program(), "-M", machine.kind->machine, "-accel", machine.kvm ? "kvm" : "tcg", "-cpu",
               machine.kvm ? "host" : "max",
               // With a single possible vCPU, QEMU 7.2's TCG drops the guest's memory barriers and loses doorbells.
               "-smp", "1,maxcpus=2", "-m", memory_text(machine.memory), "-nodefaults", "-no-user-config", "-display",
               "none", "-no-reboot", "-device", std::string(exit_device().device)});
  if (machine.sandbox) {
    line.insert(line.end(), {"-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"});
  }
  // Left alone, QEMU's virtio-mmio devices are of before virtio 1.0.
  if (!machine.kind->has_pci) line.insert(line.end(), {"-global", "virtio-mmio.force-legacy=off"});
  add_firmware(line, machine.firmware);
  add_console(line, machine, facts);
  if (machine.iso.empty()) {
    line.insert(line.end(), {"-kernel", machine.image, "-append", machine.command_line});
    if (!machine.configuration.empty()) line.insert(line.end(), {"-initrd", machine.configuration});
  } else {
    line.insert(line.end(), {"-cdrom", machine.iso, "-boot", "d"});
  }
  if (facts.has(DeviceKind::network)) add_network(line, machine);
  add_disks(line, machine);
  add_shares(line, machine);
  if (facts.has(DeviceKind::entropy)) line.insert(line.end(), {"-device", virtio(machine, "rng")});
  if (facts.has(DeviceKind::balloon))
    line.insert(line.end(), {"-device", virtio(machine, "balloon") + ",free-page-reporting=on"});
  if (!machine.gdb_port.empty()) line.insert(line.end(), {"-gdb", "tcp:127.0.0.1:" + machine.gdb_port, "-S"});
  line.insert(line.end(), machine.extra.begin(), machine.extra.end());
  return line;
}

}  // namespace wick::tool
