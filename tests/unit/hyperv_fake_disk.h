// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An adapter of disks on a fake host: VMSTOR from the facts of Linux' driver, and SCSI from SPC-4 and SBC-3.

#include "hyperv/block.h"
#include "hyperv_fake.h"

namespace wick::test {

/// Units 0 and 5 are disks.
struct HypervDisks {
  static constexpr std::uint32_t kSectors = 2048;

  HypervDisks() : content(2 * kSectors * 512) {
    host.on_signal = [this](std::uint32_t) {
      if (serves) serve();
    };
  }
  Status start() {
    drivers::Instance instance;
    const Status status = adapter->start(host.access(DeviceKind::block), *tables, trouble);
    if (ok(status)) adapter->present(instance);
    for (drivers::Block* block : instance.blocks)
      if (block) disks.push_back(block);
    return status;
  }
  HostRings& rings() { return host.rings(); }
  void serve() {
    if (!host.channels.contains(host.facts.channel)) return;
    for (HostRings::Packet packet; rings().read(packet);) {
      Bytes body = packet.body;
      const auto operation = word_at<std::uint32_t>(body, 0);
      asked.push_back(operation);
      std::uint32_t status = 0;
      if (operation == 9) status = word_at<std::uint16_t>(body, 12) == version ? 0 : 1;
      if (operation == 3) execute(packet, body);
      if (holds && operation == 3) {
        held.push_back({packet.transaction, body});
        continue;
      }
      finish(packet.transaction, body, status);
    }
  }
  void finish(std::uint64_t transaction, Bytes body, std::uint32_t status = 0) {
    const std::uint32_t done = 1;
    std::memcpy(body.data(), &done, 4);
    std::memcpy(body.data() + 8, &status, 4);
    rings().write(11, transaction, {}, body);
  }
  void execute(const HostRings::Packet& packet, Bytes& body) {
    well_formed = well_formed && body.size() == 64;
    const std::uint8_t path = body[17], target = body[18], unit = body[19];
    const bool there = path == host.facts.path && target == host.facts.target && (unit == 0 || unit == 5);
    body[14] = there ? 1 : 0x20;
    body[15] = 0;
    const auto length = word_at<std::uint32_t>(body, 24);
    std::uint8_t* data = nullptr;
    if (packet.type == 9) {
      const auto offset = word_at<std::uint32_t>(packet.head, 12), bytes = word_at<std::uint32_t>(packet.head, 8);
      well_formed = well_formed && bytes == length && packet.head.size() == 16 + 8 * ((offset + bytes + 4095) / 4096);
      data = reinterpret_cast<std::uint8_t*>(word_at<std::uint64_t>(packet.head, 16) * 4096 + offset);
      for (std::size_t i = 0; i < (offset + bytes + 4095) / 4096; ++i)
        well_formed = well_formed &&
                      word_at<std::uint64_t>(packet.head, 16 + 8 * i) == word_at<std::uint64_t>(packet.head, 16) + i;
    }
    if (there) serve_unit(unit, body.data(), data, length);
  }
  void refuse(std::uint8_t* body, std::uint8_t key) {
    body[14] = 0x84;
    body[15] = 2;
    std::memset(body + 28, 0, 20);
    body[28] = 0x70;
    body[30] = key;
  }
  void serve_unit(std::uint8_t unit, std::uint8_t* body, std::uint8_t* data, std::uint32_t length) {
    std::uint8_t cdb[16];
    std::memcpy(cdb, body + 28, sizeof cdb);
    std::uint8_t* const disk = content.data() + (unit ? kSectors * 512 : 0);
    const std::uint64_t at = drivers::scsi::get<std::uint64_t>(cdb + 2) * 512;
    switch (cdb[0]) {
      case 0x00:
        if (attention) attention = false, refuse(body, 6);
        return;
      case 0x12:
        if (cdb[1] == 0) return void(std::memset(data, 0, length));
        if (cdb[2] != 0x80) return refuse(body, 5);
        std::memcpy(data, "\0\x80\0\4vol", 7);
        data[7] = static_cast<std::uint8_t>('0' + unit);
        body[14] = 0x12;  // fewer bytes than there was room for
        return;
      case 0x9e:
        drivers::scsi::put<std::uint64_t>(data, kSectors - 1);
        drivers::scsi::put<std::uint32_t>(data + 8, 512);
        return;
      case 0x88:
        std::memcpy(data, disk + at, length);
        return;
      case 0x8a:
        std::memcpy(disk + at, data, length);
        return;
      case 0x35:
        ++flushes;
        return;
      default:
        return refuse(body, 5);
    }
  }
  drivers::BlockRequest request(drivers::BlockOperation operation, std::uint64_t sector, void* data,
                                std::uint32_t length) {
    return {operation, sector, data, length, Status::ok, nullptr, nullptr};
  }
  Status run(unsigned disk, drivers::BlockRequest one) {
    if (const Status status = disks[disk]->submit(one); !ok(status)) return status;
    disks[disk]->flush_queue();
    disks[disk]->poll([](drivers::BlockRequest&) {});
    return one.status;
  }

  FakeHyperv host;
  std::unique_ptr<drivers::hyperv::DiskAdapter::Tables> tables =
      std::make_unique<drivers::hyperv::DiskAdapter::Tables>();
  std::unique_ptr<drivers::hyperv::DiskAdapter> adapter = std::make_unique<drivers::hyperv::DiskAdapter>();
  const char* trouble = "";
  std::vector<drivers::Block*> disks;
  bool well_formed = true;  ///< each command so far, and the pages that it names
  bool serves = true, holds = false, attention = true;
  std::uint16_t version = 0x602;
  std::vector<std::uint32_t> asked;
  std::vector<std::pair<std::uint64_t, Bytes>> held;
  Bytes content;
  unsigned flushes = 0;
};

}  // namespace wick::test
