// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network's back end for tests, in domain 3, with the other halves of the rings written from Xen's public headers,
// and the stack above the driver. It moves frames, or does what a test makes it do.

#include <doctest.h>

#include <cstring>

#include "xen/network.h"
#include "xen_fake.h"

namespace wick::test {

using namespace drivers;
using namespace drivers::xen;

inline const std::string kFront = "/local/domain/5/device/vif/0/", kBack = "/local/domain/3/backend/vif/5/0/";

struct NetworkRig : Network::Receiver {
  NetworkRig() {
    xen.facts.handle = 0;
    xen.nodes[kFront + "backend"] = kBack.substr(0, kBack.size() - 1);
    xen.nodes[kFront + "mac"] = "00:16:3e:12:34:56";
    xen.nodes[kBack + "feature-rx-copy"] = "1";
    xen.nodes[kBack + "feature-ipv6-csum-offload"] = "1";
    offer();
    xen.on_write = [this](const std::string& path, const std::string& value) {
      if (path != kFront + "state") return;
      states += value;
      if (value == "4") connect();
    };
    xen.on_ring = [this] { ++rung; };
  }
  /// It cuts large frames of TCP.
  void offer_cuts() {
    for (const char* feature : {"feature-sg", "feature-gso-tcpv4", "feature-gso-tcpv6"})
      xen.nodes[kBack + feature] = "1";
  }
  void offer() {
    xen.nodes[kFront + "backend-id"] = "3";
    xen.nodes[kFront + "state"] = "1";
    xen.set(kBack + "state", "2");
  }
  void connect() {
    const auto page = [&](const char* name) {
      return xen.granted(static_cast<std::uint32_t>(std::stoul(xen.nodes[kFront + name])), true);
    };
    send = page("tx-ring-ref");
    receive = page("rx-ring-ref");
    receive_put = receive_taken = 0;
    send_put = send_taken = 0;
    if (send && receive && xen.nodes[kFront + "request-rx-copy"] == "1") xen.set(kBack + "state", "4");
  }
  Status start() { return device->start(xen.access(DeviceKind::network), *tables, trouble); }

  RingHead& head(std::uint8_t* ring) { return *reinterpret_cast<RingHead*>(ring); }
  ReceiveRequest buffer() {
    REQUIRE(receive_taken != head(receive).requests);
    ReceiveRequest request;
    std::memcpy(&request, receive + 64 + 8 * std::size_t{receive_taken++ % 256}, sizeof request);
    return request;
  }
  void respond(const ReceiveResponse& response) {
    std::memcpy(receive + 64 + 8 * std::size_t{receive_put++ % 256}, &response, sizeof response);
    head(receive).responses = receive_put;
  }
  /// As the back end: copies a frame, or a piece of one, into the next buffer.
  void deliver(std::int16_t bytes, std::uint16_t flags = 0, std::uint16_t offset = 0) {
    const ReceiveRequest request = buffer();
    std::uint8_t* page = xen.granted(request.grant, true);
    REQUIRE(page);
    for (std::int16_t i = 0; i < bytes; ++i) page[offset + i] = static_cast<std::uint8_t>(i + bytes);
    respond({request.id, offset, flags, bytes});
  }
  /// One of more info: its type and whether another follows.
  void extra(std::uint8_t type, bool more) {
    (void)buffer();
    respond({static_cast<std::uint16_t>(type | more << 8), 0xffff, 0xffff, -1});
  }
  template <typename Slot = SendRequest>
  Slot sent() {
    REQUIRE(send_taken != head(send).requests);
    Slot request;
    std::memcpy(&request, send + 64 + 12 * std::size_t{send_taken++ % 256}, sizeof request);
    return request;
  }
  void finish(std::uint16_t id, std::int16_t status = 0) {
    const SendResponse response{id, status};
    std::memcpy(send + 64 + 12 * std::size_t{send_put++ % 256}, &response, sizeof response);
    head(send).responses = send_put;
  }
  Status transmit(unsigned length, void* token, const TransmitHints& hints = {}) {
    const TransmitSegment segments[] = {{frame, length / 2}, {frame + length / 2, length - length / 2}};
    return device->transmit(segments, hints, token);
  }
  unsigned poll() { return device->poll(*this, 64); }

  void received(ReceiveBuffer* buffer) override { frames.push_back(buffer); }
  void transmitted(void* token) override { tokens.push_back(token); }
  void link_returned() override { ++returns; }
  void release_all() {
    for (ReceiveBuffer* buffer : frames)
      for (ReceiveBuffer* next; buffer; buffer = next) {
        next = buffer->next;
        device->release(buffer);
      }
    frames.clear();
  }

  FakeXen xen;
  std::unique_ptr<NetworkDevice::Tables> tables = std::make_unique<NetworkDevice::Tables>();
  std::unique_ptr<NetworkDevice> device = std::make_unique<NetworkDevice>();
  const char* trouble = "";
  std::string states;
  unsigned rung = 0, returns = 0;
  std::uint8_t *send = nullptr, *receive = nullptr;
  std::uint32_t receive_put = 0, receive_taken = 0, send_put = 0, send_taken = 0;
  std::uint8_t frame[66'000]{};
  std::vector<ReceiveBuffer*> frames;
  std::vector<void*> tokens;
};

}  // namespace wick::test
