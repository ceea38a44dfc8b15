// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Both sides of a device page in one process: a front end of drivers-pv, the back end behind it, and devices below that
// only remember what they were given.

#include <utility>
#include <vector>

#include "backend/block.h"
#include "backend/host.h"
#include "backend/network.h"
#include "virtio_fake.h"

namespace wick::test {

/// What host.h and wick_call_notify() reach: one device, one pool of DMA memory.
struct FakeHost {
  FakePool* dma = nullptr;
  hv::PageDevice* device = nullptr;
  std::uint64_t events = 0;
  bool must_ring = true;
};
inline FakeHost fake_host;

class FakeNetwork final : public drivers::Network {
 public:
  struct Sent {
    std::vector<std::uint8_t> bytes;
    drivers::TransmitHints hints;
    void* token;
  };

  drivers::NetworkInfo info() const override {
    return {{2, 0, 0, 0, 0, 1},
            1500,
            link_up,
            {.transmit_checksum = true, .receive_checksum = true, .segment4 = true, .coalesce = true},
            event_bit(9)};
  }
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                  void* token) override {
    if (sent.size() - finished >= room) return Status::would_block;
    Sent frame{{}, hints, token};
    for (const auto& segment : segments) {
      const auto* data = static_cast<const std::uint8_t*>(segment.data);
      frame.bytes.insert(frame.bytes.end(), data, data + segment.length);
    }
    sent.push_back(std::move(frame));
    return Status::ok;
  }
  void flush() override {}
  unsigned poll(Receiver& receiver, unsigned budget) override {
    for (; finished < sent.size() && sending; ++finished) receiver.transmitted(sent[finished].token);
    if (std::exchange(returns, false)) receiver.link_returned();
    unsigned count = 0;
    while (count < budget && !arriving.empty()) {
      frame = {nullptr, arriving.front().data(), static_cast<std::uint32_t>(arriving.front().size()), 0, true, false,
               {}};
      receiver.received(&frame);
      arriving.erase(arriving.begin());
      ++count;
    }
    return count;
  }
  void release(drivers::ReceiveBuffer*) override { ++released; }
  bool look_at_link(Receiver& receiver) override {
    if (std::exchange(returns_when_asked, false)) receiver.link_returned();
    return link_up;
  }
  /// A device that was asked too late for a frame has told nobody of it, and never will.
  bool arm() override {
    if (late.empty()) return true;
    arriving.push_back(late.back());
    late.pop_back();
    return false;
  }

  std::vector<Sent> sent;
  std::size_t finished = 0, room = 1000;
  bool sending = true, link_up = true, returns = false, returns_when_asked = false;
  std::vector<std::vector<std::uint8_t>> arriving, late;  ///< `late` ones: one a call of arm()
  drivers::ReceiveBuffer frame{};
  unsigned released = 0;
};

/// A disk of zeroes with room for what is written; completes when polled.
class FakeDisk final : public drivers::Block {
 public:
  drivers::BlockInfo info() const override {
    drivers::BlockInfo info{.sectors = sectors,
                            .block_size = 512,
                            .most_bytes = 0,
                            .most_discard = 4096,
                            .read_only = false,
                            .can_flush = true,
                            .can_discard = true,
                            .serial = {},
                            .events = event_bit(10)};
    std::memcpy(info.serial, "volume", 7);
    return info;
  }
  Status submit(drivers::BlockRequest& request) override {
    const std::uint64_t sectors = request.length / 512;
    if (request.operation != drivers::BlockOperation::flush &&
        (sectors == 0 || request.length % 512 || request.sector > 64 - sectors || sectors > 64))
      return Status::bad_argument;
    if (waiting.size() >= room) return Status::would_block;
    waiting.push_back(&request);
    return Status::ok;
  }
  void flush_queue() override {}
  unsigned poll(void (*done)(drivers::BlockRequest&)) override {
    const auto finished = std::exchange(waiting, {});
    for (auto* request : finished) {
      auto* at = bytes + request->sector * 512;
      if (request->operation == drivers::BlockOperation::read) std::memcpy(request->data, at, request->length);
      if (request->operation == drivers::BlockOperation::write) std::memcpy(at, request->data, request->length);
      if (request->operation == drivers::BlockOperation::discard) std::memset(at, 0, request->length);
      if (request->operation == drivers::BlockOperation::flush) ++flushes;
      request->status = Status::ok;
      done(*request);
    }
    return static_cast<unsigned>(finished.size());
  }
  bool arm() override { return unquiet == 0 || unquiet-- == 0; }

  unsigned unquiet = 0;  ///< calls of arm() in which something has ended meanwhile
  std::uint64_t sectors = 64;
  std::uint8_t bytes[64 * 512] = {};
  std::vector<drivers::BlockRequest*> waiting;
  std::size_t room = 1000;
  unsigned flushes = 0;
};

}  // namespace wick::test
