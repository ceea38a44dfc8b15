// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A XenStore and back ends that do what the fuzzer says: replies of any type, length and content, at any time;
// responses that nothing was asked for, indices that jump, states that change. The front ends go on working, end each
// request at most once, never reach beyond what they shared, and leave no page with a disk's back end.

#include <vector>

#include "script.h"
#include "xen/blkif.h"
#include "xen/block.h"
#include "xen/netif.h"
#include "xen/network.h"
#include "xen/ring.h"
#include "xen_fake.h"

using namespace wick;
using namespace wick::test;
using namespace wick::drivers::xen;

namespace {

/// Of the pool that FakeXen gives to a device.
struct PoolBounds {
  drivers::DmaPool start;
  bool contains(Gpa address, std::uint64_t length) const {
    drivers::DmaPool copy = start;
    const auto first = reinterpret_cast<std::uint64_t>(copy.take_uncleared(1, 1));
    return raw(address) >= first && raw(address) + length <= first + (1 << 20);
  }
};

std::string text(Script& script) {
  std::string bytes;
  for (unsigned length = script.byte() % 64; length; --length) bytes += static_cast<char>(script.byte());
  return bytes;
}

void fuzz_store(Script& script) {
  FakeXen xen;
  const drivers::Access access = xen.access(DeviceKind::block);
  Store store(xen.page(), access.notify);
  xen.nodes["/node"] = "value";
  xen.instead = [&](FakeXen::Header header, const std::string&) {
    if (script.byte() % 3 == 0) return false;
    if (script.byte() % 4 == 0) header.type = static_cast<StoreType>(script.byte());
    if (script.byte() % 8 == 0) header.request = script.number();
    const std::string said = text(script);
    header.length = script.byte() % 8 == 0 ? script.number() : static_cast<std::uint32_t>(said.size());
    xen.say_raw(header, said);
    return true;
  };
  while (!script.ended()) {
    Text value;
    switch (script.byte() % 7) {
      case 0:
        (void)store.read("/node", value);
        break;
      case 6: {
        std::vector<char> room(script.byte() % 80);
        std::span<char> all = room;
        if (ok(store.read("/node", all))) require(all.data() == room.data() && all.size() <= room.size());
        break;
      }
      case 1:
        (void)store.list("/", value);
        break;
      case 2:
        (void)store.write("/node", "value");
        break;
      case 3:
        (void)store.watch("/node");
        break;
      case 4:
        (void)store.changes();
        break;
      default:
        xen.page().replies_put += script.number();
        break;
    }
    require(value.view().size() <= Text::kRoom);
  }
}

/// The tools' side of a device: its nodes, and the back end's answers to the states of the front end.
void lay_out(FakeXen& xen, const std::string& front, const std::string& back, const char* connects_at,
             std::function<void()> connected) {
  xen.nodes[front + "backend"] = back.substr(0, back.size() - 1);
  xen.nodes[front + "backend-id"] = std::to_string(xen.facts.domain);
  xen.nodes[front + "state"] = "1";
  xen.nodes[back + "state"] = "2";
  xen.on_write = [&xen, front, back, connects_at, connected](const std::string& path, const std::string& value) {
    if (path != front + "state" || value != connects_at) return;
    connected();
    xen.set(back + "state", "4");
  };
}

std::uint8_t* ring_of(FakeXen& xen, const std::string& node) {
  return xen.granted(static_cast<std::uint32_t>(std::stoul(xen.nodes[node])), true);
}

/// A response of anything, in the next slot or in any, shown or not.
void respond(Script& script, std::uint8_t* ring, std::uint32_t& put, std::size_t slot_bytes, std::uint32_t entries) {
  if (!ring) return;
  const unsigned how = script.byte();
  std::uint8_t* slot = ring + sizeof(RingHead) + (how & 1 ? put++ : script.word()) % entries * slot_bytes;
  for (std::size_t i = 0; i < (how & 2 ? slot_bytes : 2); ++i) slot[i] = script.byte();
  auto* const head = reinterpret_cast<RingHead*>(ring);
  if (how & 4) head->responses = put;
  if ((how & 0xf8) == 0xf8) head->responses = script.number();
}

/// One that may well be an answer to what is under way.
void respond_well(Script& script, std::uint8_t* ring, std::uint32_t& put) {
  if (!ring) return;
  const DiskResponse response{script.byte() % 32u, static_cast<DiskOperation>(script.byte() % 7), 0,
                              static_cast<std::int16_t>(script.byte() % 8 == 0 ? -1 : kDiskGood), 0};
  std::memcpy(ring + sizeof(RingHead) + put++ % 32 * sizeof(DiskRequest), &response, sizeof response);
  reinterpret_cast<RingHead*>(ring)->responses = put;
}

/// Any number, or none.
std::string offer(Script& script) {
  const unsigned how = script.byte();
  return how & 1 ? std::to_string(how & 2 ? script.number() : script.byte() % 64u) : how & 2 ? text(script) : "";
}

void change_state(Script& script, FakeXen& xen, const std::string& back) {
  xen.set(back + "state", std::to_string(script.byte() % 8));
}

std::set<drivers::BlockRequest*> pending;
void done(drivers::BlockRequest& request) { require(pending.erase(&request) == 1); }

void fuzz_block(Script& script) {
  FakeXen xen;
  xen.facts.domain = 0;
  const std::string front = "/local/domain/5/device/vbd/51712/", back = "/local/domain/0/backend/vbd/5/51712/";
  std::uint8_t* ring = nullptr;
  std::uint32_t put = 0;
  lay_out(xen, front, back, "3", [&] { ring = ring_of(xen, front + "ring-ref"), put = 0; });
  xen.nodes[back + "sectors"] = std::to_string(script.number());
  xen.nodes[back + "sector-size"] = script.byte() & 1 ? "512" : "4096";
  xen.nodes[back + "info"] = std::to_string(script.byte());
  xen.nodes[back + "feature-flush-cache"] = xen.nodes[back + "feature-discard"] = script.byte() & 1 ? "1" : "0";
  xen.nodes[back + "feature-max-indirect-segments"] = offer(script);
  const drivers::Access access = xen.access(DeviceKind::block);
  BlockDevice::Tables tables{};
  BlockDevice device;
  const char* trouble = nullptr;
  if (!ok(device.start(access, tables, trouble))) return require(trouble);
  auto* const memory = static_cast<std::uint8_t*>(xen.pool().take(device.info().most_bytes + 4096, 4096));
  drivers::BlockRequest requests[8];
  pending.clear();
  while (!script.ended()) {
    switch (script.byte() % 8) {
      case 0: {
        drivers::BlockRequest& request = requests[script.byte() % 8];
        if (pending.contains(&request)) break;
        request = {};
        request.operation = static_cast<drivers::BlockOperation>(script.byte() % 4);
        request.sector = script.word();
        const unsigned length = script.byte();
        request.data = memory + (length >> 5) * 512;
        request.length = length % 32 * 4096;
        if (ok(device.submit(request))) pending.insert(&request);
        break;
      }
      case 1:
        device.flush_queue();
        break;
      case 2:
        device.poll(done);
        break;
      case 3:
        device.arm();
        break;
      case 4:
        xen.nodes[back + "feature-max-indirect-segments"] = offer(script);
        if (script.byte() % 4 == 0) xen.nodes[front + "state"] = "1";
        change_state(script, xen, back);
        break;
      case 5:
        respond_well(script, ring, put);
        break;
      default:
        respond(script, ring, put, sizeof(DiskRequest), 32);
        break;
    }
  }
  device.poll(done);
  if (pending.empty()) require(xen.grants_given() <= 1 + BlockDevice::kLists);  // no page of a request's
}

constexpr std::uint32_t kPiece = 16'384;  ///< bytes of a segment at most

void fuzz_network(Script& script) {
  FakeXen xen;
  xen.facts.handle = 0;
  const std::string front = "/local/domain/5/device/vif/0/", back = "/local/domain/3/backend/vif/5/0/";
  std::uint8_t *send = nullptr, *receive = nullptr;
  std::uint32_t send_put = 0, receive_put = 0;
  lay_out(xen, front, back, "4", [&] {
    send = ring_of(xen, front + "tx-ring-ref"), receive = ring_of(xen, front + "rx-ring-ref");
    send_put = receive_put = 0;
  });
  xen.nodes[front + "mac"] = script.byte() % 8 ? "00:16:3e:12:34:56" : text(script);
  xen.nodes[back + "feature-rx-copy"] = "1";
  for (const char* feature : {"feature-ipv6-csum-offload", "feature-sg", "feature-gso-tcpv4", "feature-gso-tcpv6"})
    xen.nodes[back + feature] = script.byte() % 8 ? "1" : "0";
  const drivers::Access access = xen.access(DeviceKind::network);
  const PoolBounds bounds{xen.pool()};
  static auto tables = std::make_unique<NetworkDevice::Tables>();
  auto device = std::make_unique<NetworkDevice>();
  const char* trouble = nullptr;
  if (!ok(device->start(access, *tables, trouble))) return require(trouble);
  CheckingStack<PoolBounds> stack(bounds);
  std::uintptr_t token = 0;
  auto* const payload = static_cast<std::uint8_t*>(xen.pool().take(kPiece, 4096));
  while (!script.ended()) {
    switch (script.byte() % 8) {
      case 0: {
        const std::vector<drivers::TransmitSegment> segments(script.byte() % 5, {payload, 1u + script.word() % kPiece});
        void* const name = reinterpret_cast<void*>(++token);
        stack.sent.insert(name);
        const unsigned how = script.byte();
        const drivers::TransmitHints hints{.checksum = (how & 1) != 0,
                                           .checksum_start = 34,
                                           .checksum_offset = 16,
                                           .segment_size = static_cast<std::uint16_t>(how & 2 ? script.word() : 0),
                                           .header_length = 54,
                                           .ipv6 = (how & 4) != 0};
        if (!ok(device->transmit(segments, hints, name))) stack.sent.erase(name);
        break;
      }
      case 1:
        device->flush();
        break;
      case 2:
        device->poll(stack, script.byte() % 32);
        break;
      case 3:
        if (!stack.held.empty()) device->release(stack.held.extract(stack.held.begin()).value());
        break;
      case 4:
        device->arm();
        break;
      case 5:
        if (script.byte() % 4 == 0) change_state(script, xen, back);
        break;
      case 6:
        respond(script, send, send_put, sizeof(SendRequest), 256);
        break;
      default:
        respond(script, receive, receive_put, sizeof(ReceiveRequest), 256);
        break;
    }
  }
  device->poll(stack, 32);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  switch (script.byte() % 3) {
    case 0:
      fuzz_store(script);
      break;
    case 1:
      fuzz_block(script);
      break;
    default:
      fuzz_network(script);
      break;
  }
  return 0;
}
