// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Disks of SCSI behind an adapter that is a disk itself, from the bytes of SPC-4 and SBC-3.

#include "class/scsi_disk.h"

#include <doctest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

using namespace wick;
using namespace wick::drivers;

namespace {

/// One target, 3, with blocks of 4 KiB.
class Target final : public ScsiAdapter {
 public:
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(64 << 12);
  std::string serial = "volume-one";
  unsigned attentions = 1;  ///< so often it has news before it works
  unsigned room = 32, kicks = 0;
  bool read_only = false, dead = false, lies = false;
  std::uint32_t block = 4096;
  std::vector<std::uint8_t> operations;

  Status submit(const ScsiCommand& command, void* token) override {
    if (dead) return Status::io_error;
    if (queue_.size() == room) return Status::would_block;
    queue_.push_back({command, token});
    return Status::ok;
  }
  void kick() override { ++kicks; }
  bool collect(ScsiAnswer& answer) override {
    if (queue_.empty()) return false;
    const auto [command, token] = queue_.front();
    queue_.pop_front();
    answer = {token, !dead && command.target == 3, scsi::kGood, scsi::Sense::none};
    if (answer.arrived) serve(command, answer);
    return true;
  }
  bool arm() override { return queue_.empty(); }
  bool broken() const override { return dead; }

 private:
  struct Asked {
    ScsiCommand command;
    void* token;
  };

  static void refuse(ScsiAnswer& answer, scsi::Sense why) { answer.status = scsi::kCheckCondition, answer.sense = why; }

  void serve(const ScsiCommand& command, ScsiAnswer& answer) {
    const auto& cdb = command.cdb;
    auto* data = static_cast<std::uint8_t*>(command.data);
    operations.push_back(cdb[0]);
    if (cdb[0] != 0x12 && attentions) {
      --attentions;
      return refuse(answer, scsi::Sense::unit_attention);
    }
    switch (cdb[0]) {
      case 0x00:
      case 0x35:
        return;
      case 0x12:
        return inquire(cdb, data, answer);
      case 0x1a:
        data[2] = read_only ? 0x80 : 0;
        return;
      case 0x9e:
        scsi::put<std::uint64_t>(data, bytes.size() / block - 1);
        scsi::put<std::uint32_t>(data + 8, block);
        return;
      case 0x42:
        CHECK(command.length == 24);
        return void(std::memset(&bytes[scsi::get<std::uint64_t>(data + 8) * block], 0xdd,
                                std::size_t{scsi::get<std::uint32_t>(data + 16)} * block));
      case 0x88:
      case 0x8a: {
        const std::size_t start = scsi::get<std::uint64_t>(&cdb[2]) * block;
        REQUIRE(command.length == scsi::get<std::uint32_t>(&cdb[10]) * block);
        REQUIRE(command.writes == (cdb[0] == 0x8a));
        if (command.writes && read_only) return refuse(answer, scsi::Sense::data_protect);
        return command.writes ? void(std::memcpy(&bytes[start], data, command.length))
                              : void(std::memcpy(data, &bytes[start], command.length));
      }
    }
    refuse(answer, scsi::Sense::illegal_request);
  }

  void inquire(const scsi::Cdb& cdb, std::uint8_t* data, ScsiAnswer& answer) const {
    if (!cdb[1]) return;  // a disk is 0
    data[1] = cdb[2];
    if (lies) {
      std::memset(data + 2, ' ', 126);
      return;
    }
    if (cdb[2] == 0x80) {
      scsi::put<std::uint16_t>(data + 2, static_cast<std::uint16_t>(serial.size()));
      std::memcpy(data + 4, serial.data(), std::min<std::size_t>(serial.size(), 120));
    } else if (cdb[2] == 0xb0) {
      scsi::put<std::uint16_t>(data + 2, 60);
      scsi::put<std::uint32_t>(data + 20, 16);
    } else if (cdb[2] == 0xb2) {
      scsi::put<std::uint16_t>(data + 2, 4);
      data[5] = 0x80;
    } else {
      refuse(answer, scsi::Sense::illegal_request);
    }
  }

  std::deque<Asked> queue_;
};

unsigned finished = 0;
void count(BlockRequest&) { ++finished; }

struct Rig {
  Target target;
  ScsiDisk disk;
  std::unique_ptr<ScsiDisk::Shared> shared = std::make_unique<ScsiDisk::Shared>();
  Status start(std::uint16_t number = 3) { return disk.start(target, number, *shared, event_bit(5)); }
  Status run(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
    BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
    if (const Status status = disk.submit(request); !ok(status)) return status;
    disk.flush_queue();
    while (request.status == Status::would_block) disk.poll(count);
    return request.status;
  }
};

}  // namespace

TEST_CASE("scsi: a disk says what it is") {
  Rig rig;
  CHECK(rig.start(2) == Status::not_found);
  REQUIRE(ok(rig.start()));
  const BlockInfo info = rig.disk.info();
  CHECK(info.sectors == 64 * 8);
  CHECK(info.block_size == 4096);
  CHECK(std::string(info.serial) == "volume-one");
  CHECK(info.can_discard);
  CHECK(info.most_discard == 16 * 4096);
  CHECK_FALSE(info.read_only);
  rig.target.bytes.resize(128 << 12);
  rig.target.attentions = 1;
  CHECK(rig.disk.look_again().sectors == 128 * 8);
}

TEST_CASE("scsi: serials are padded, too long, or of a disk that lies about its length") {
  Rig rig;
  SUBCASE("aligned to the right") { rig.target.serial = "      data      "; }
  SUBCASE("as it is") { rig.target.serial = "data"; }
  SUBCASE("too long") { rig.target.serial = std::string(100, 'x'); }
  SUBCASE("lies") { rig.target.lies = true; }
  REQUIRE(ok(rig.start()));
  const std::string found = rig.disk.info().serial;
  CHECK(found == (rig.target.lies ? "" : rig.target.serial.size() == 100 ? std::string(20, 'x') : "data"));
}

TEST_CASE("scsi: a size of blocks that is none is refused") {
  Rig rig;
  rig.target.block = 100;
  CHECK(rig.start() == Status::unsupported);
}

TEST_CASE("scsi: reads, writes, flushes and discards, also when the disk has news in between") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  std::vector<std::uint8_t> data(8192, 7), back(8192);
  rig.target.attentions = 2;
  CHECK(ok(rig.run(BlockOperation::write, 16, data.data(), 8192)));
  CHECK(ok(rig.run(BlockOperation::read, 16, back.data(), 8192)));
  CHECK(back == data);
  CHECK(ok(rig.run(BlockOperation::flush, 0, nullptr, 0)));
  CHECK(rig.target.operations.back() == 0x35);
  CHECK(ok(rig.run(BlockOperation::discard, 16, nullptr, 4096)));
  CHECK(rig.target.bytes[2 * 4096] == 0xdd);
  CHECK(rig.target.bytes[3 * 4096] == 7);
  CHECK(rig.run(BlockOperation::read, 1, back.data(), 4096) == Status::bad_argument);
  CHECK(rig.run(BlockOperation::read, 64 * 8, back.data(), 4096) == Status::bad_argument);
  CHECK(rig.run(BlockOperation::discard, 0, nullptr, 17 * 4096) == Status::bad_argument);
  rig.target.attentions = 1000;
  CHECK(rig.run(BlockOperation::read, 0, back.data(), 4096) == Status::io_error);
}

TEST_CASE("scsi: a disk that may only be read refuses writes before they are sent") {
  Rig rig;
  rig.target.read_only = true;
  REQUIRE(ok(rig.start()));
  std::uint8_t data[4096]{};
  const auto before = rig.target.operations.size();
  CHECK(rig.run(BlockOperation::write, 0, data, 4096) == Status::denied);
  CHECK(rig.target.operations.size() == before);
}

TEST_CASE("scsi: as many requests as there is room for, and all fail when the adapter is given up") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.target.room = 8;
  std::uint8_t data[4096]{};
  std::vector<BlockRequest> requests(9,
                                     BlockRequest{BlockOperation::read, 0, data, 4096, Status::ok, nullptr, nullptr});
  for (unsigned i = 0; i < 8; ++i) REQUIRE(ok(rig.disk.submit(requests[i])));
  CHECK(rig.disk.submit(requests[8]) == Status::would_block);
  rig.target.dead = true;
  finished = 0;
  CHECK(rig.disk.poll(count) == 8);
  CHECK(finished == 8);
  for (unsigned i = 0; i < 8; ++i) CHECK(requests[i].status == Status::io_error);
  CHECK(rig.disk.submit(requests[8]) == Status::io_error);
}

TEST_CASE("scsi: what is finished for another disk of the adapter waits for that one's turn") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  ScsiDisk other;
  auto shared = std::make_unique<ScsiDisk::Shared>();
  REQUIRE(ok(other.start(rig.target, 3, *shared, event_bit(5))));
  std::uint8_t data[4096]{};
  BlockRequest request{BlockOperation::read, 0, data, 4096, Status::ok, nullptr, nullptr};
  REQUIRE(ok(rig.disk.submit(request)));
  CHECK(other.poll(count) == 0);
  CHECK_FALSE(rig.disk.arm());
  CHECK(rig.disk.poll(count) == 1);
  CHECK(ok(request.status));
  CHECK(rig.disk.arm());
}
