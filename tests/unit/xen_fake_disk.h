// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk's back end for tests, in domain 0, with the ring's other half written from Xen's public headers. It serves a
// small disk, or does what a test makes it do.

#include <doctest.h>

#include <span>

#include "xen/blkif.h"
#include "xen/ring.h"
#include "xen_fake.h"

namespace wick::test {

using drivers::xen::DiskIndirectRequest;
using drivers::xen::DiskOperation;
using drivers::xen::DiskRequest;
using drivers::xen::DiskResponse;
using drivers::xen::DiskSegment;
using drivers::xen::RingHead;

struct FakeXenDisk {
  static inline const std::string kFront = "/local/domain/5/device/vbd/51712/",
                                  kBack = "/local/domain/0/backend/vbd/5/51712/";
  static constexpr std::size_t kBytes = 1 << 20;

  explicit FakeXenDisk(FakeXen& xen) : xen(xen), content(kBytes) {
    xen.facts.domain = 0;
    xen.nodes[kFront + "backend"] = kBack.substr(0, kBack.size() - 1);
    offer();
    xen.on_write = [this](const std::string& path, const std::string& value) {
      if (path == kFront + "state" && value == "3") connect();
      if (path == kFront + "state") states += value;
    };
    xen.on_ring = [this] {
      if (serves) serve();
    };
  }
  /// As the tools lay a device out.
  void offer() {
    xen.nodes[kFront + "backend-id"] = "0";
    xen.nodes[kFront + "state"] = "1";
    xen.set(kBack + "state", "2");
  }
  void connect() {
    ring = xen.granted(static_cast<std::uint32_t>(std::stoul(xen.nodes[kFront + "ring-ref"])), true);
    taken = put = 0;
    if (!ring || xen.nodes[kFront + "event-channel"] != std::to_string(xen.facts.port) ||
        xen.nodes[kFront + "protocol"] != "x86_64-abi")
      return;
    const std::map<std::string, std::string> facts = {{"sectors", "2048"},
                                                      {"sector-size", "512"},
                                                      {"info", "0"},
                                                      {"feature-flush-cache", "1"},
                                                      {"feature-discard", "1"},
                                                      {"discard-granularity", "4096"},
                                                      {"discard-alignment", "0"},
                                                      {"feature-max-indirect-segments", "256"}};
    for (const auto& [name, value] : facts)
      if (!xen.nodes.contains(kBack + name)) xen.nodes[kBack + name] = value;
    xen.set(kBack + "state", "4");
  }
  RingHead& head() { return *reinterpret_cast<RingHead*>(ring); }
  std::uint8_t* slot(std::uint32_t index) { return ring + 64 + 112 * std::size_t{index % 32}; }
  DiskRequest next() {
    DiskRequest request;
    std::memcpy(&request, slot(taken++), sizeof request);
    return request;
  }
  void respond(std::uint64_t id, DiskOperation operation, std::int16_t status = drivers::xen::kDiskGood) {
    const DiskResponse response{id, operation, 0, status, 0};
    std::memcpy(slot(put++), &response, sizeof response);
    head().responses = put;
  }
  void serve() {
    while (taken != head().requests) {
      const DiskRequest request = next();
      ++asked[request.operation];
      const DiskOperation operation =
          request.operation == DiskOperation::indirect
              ? move_list(request)
              : move(request.operation, request.sector, {request.segment, request.segments});
      if (request.operation == DiskOperation::discard)
        std::memcpy(&discarded, reinterpret_cast<const std::uint8_t*>(&request) + 24, sizeof discarded);
      if (request.operation == DiskOperation::discard) discarded_at = request.sector;
      respond(request.id, operation);
    }
    head().request_event = taken + 1;
  }
  DiskOperation move(DiskOperation operation, std::uint64_t sector, std::span<const DiskSegment> segments) {
    std::size_t at = sector * 512;
    for (const DiskSegment& segment : segments) {
      const bool reads = operation == DiskOperation::read;
      std::uint8_t* page = xen.granted(segment.grant, reads);
      REQUIRE(page);
      REQUIRE((segment.first_sector <= segment.last_sector && segment.last_sector < 8));
      std::uint8_t* data = page + segment.first_sector * 512;
      const std::size_t bytes = (segment.last_sector - segment.first_sector + 1u) * 512;
      REQUIRE(at + bytes <= content.size());
      reads ? std::memcpy(data, &content[at], bytes) : std::memcpy(&content[at], data, bytes);
      at += bytes;
    }
    return operation;
  }
  /// @return which the response has
  DiskOperation move_list(const DiskRequest& request) {
    DiskIndirectRequest indirect;
    std::memcpy(&indirect, &request, sizeof indirect);
    REQUIRE(indirect.segments <= std::stoul(xen.nodes[kBack + "feature-max-indirect-segments"]));
    REQUIRE(xen.granted(indirect.list, false));
    CHECK_FALSE(xen.granted(indirect.list, true));
    longest = std::max<unsigned>(longest, indirect.segments);
    return move(indirect.what, indirect.sector,
                {reinterpret_cast<const DiskSegment*>(xen.granted(indirect.list, false)), indirect.segments});
  }

  FakeXen& xen;
  std::vector<std::uint8_t> content;
  std::uint8_t* ring = nullptr;
  std::uint32_t taken = 0, put = 0;
  bool serves = true;
  std::string states;  ///< that the front end went through
  std::map<DiskOperation, unsigned> asked;
  unsigned longest = 0;  ///< list of segments
  std::uint64_t discarded = 0, discarded_at = 0;
};

}  // namespace wick::test
