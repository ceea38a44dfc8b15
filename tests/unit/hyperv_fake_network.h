// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network's other side on a fake host: NVSP and RNDIS from the facts of Linux' driver, and the stack above ours.

#include "hyperv/network.h"
#include "hyperv_fake.h"

namespace wick::test {

struct HypervNetwork final : drivers::Network::Receiver {
  HypervNetwork() {
    host.on_signal = [this](std::uint32_t) {
      if (serves) serve();
    };
  }
  Status start() { return device->start(host.access(DeviceKind::network), *tables, trouble); }

  std::uint8_t* buffer(std::uint32_t handle) {
    return reinterpret_cast<std::uint8_t*>(host.shared.at(handle)[0] * 4096);
  }
  HostRings& rings() { return host.rings(); }

  void serve() {
    if (!host.channels.contains(host.facts.channel)) return;
    for (HostRings::Packet packet; rings().read(packet);) {
      if (packet.type == 11) {
        ++acknowledged;
        continue;
      }
      const auto word = [&](std::size_t at) { return word_at<std::uint32_t>(packet.body, at); };
      switch (word(0)) {
        case 1:
          complete(packet, words(2, word(4), 34, word(4) == nvsp ? 1 : 3));
          break;
        case 101:
          receive_buffer = buffer(word(4));
          complete(packet, words(102, 1, 1, 0, 1728, 113, 113 * 1728));
          break;
        case 104:
          send_buffer = buffer(word(4));
          complete(packet, words(105, 1, section));
          break;
        case 107:
          message(packet, send_buffer + word(8) * section, word(12), word(4));
          break;
        default:
          told[word(0)] = packet.body;
      }
    }
  }
  void complete(const HostRings::Packet& packet, const Bytes& body) {
    if (packet.flags & 1) rings().write(11, packet.transaction, {}, body);
  }
  void message(const HostRings::Packet& packet, const std::uint8_t* at, std::uint32_t length, std::uint32_t channel) {
    const Bytes bytes(at, at + length);
    const auto word = [&](std::size_t place) { return word_at<std::uint32_t>(bytes, place); };
    if (channel == 0) {
      sent.push_back(bytes);
      if (completes)
        complete(packet, words(108, 1));
      else
        transactions.push_back(packet.transaction);
      return;
    }
    complete(packet, words(108, 1));
    if (word(0) == 2) control(words(0x80000002, 52, word(8), 0, 1, 0, 1, 0, 8, 0x4000, 3, 0, 0));
    if (word(0) == 5) filter = word(28), control(words(0x80000005, 16, word(8), 0));
    if (word(0) != 4) return;
    Bytes answer = words(0x80000004, 30, word(8), 0, 6, 16);
    if (word(12) == 0x01010102) answer.insert(answer.end(), {0, 0x15, 0x5d, 1, 2, 3});
    if (word(12) == 0x00010114) answer = words(0x80000004, 28, word(8), 0, 4, 16, link);
    control(instead_of_answer ? instead_of_answer(answer) : answer);
  }
  void control(const Bytes& message) { deliver({message}, 1); }
  static Bytes frame_message(std::uint32_t length, std::uint32_t sums = 0) {
    Bytes bytes = words(1, 44 + (sums ? 16 : 0) + length, 36 + (sums ? 16 : 0), length, 0, 0, 0, sums ? 36 : 0,
                        sums ? 16 : 0, 0, 0);
    if (sums)
      for (const std::uint32_t value : {16u, 0u, 12u, sums}) append(bytes, value);
    for (std::uint32_t i = 0; i < length; ++i) bytes.push_back(static_cast<std::uint8_t>(i + length));
    return bytes;
  }
  /// Puts messages into sections of the receive buffer, and tells of them in one packet.
  bool deliver(const std::vector<Bytes>& list, std::uint32_t channel = 0) {
    Bytes head = words(0xcafe, list.size());
    std::uint32_t at = 0;
    for (const Bytes& bytes : list) {
      std::memcpy(receive_buffer + at, bytes.data(), bytes.size());
      append(append(head, static_cast<std::uint32_t>(bytes.size())), at);
      at += 1728;
    }
    return tell(head, channel);
  }
  bool tell(const Bytes& head, std::uint32_t channel = 0) {
    return rings().write(7, ++transaction, head, words(107, channel, ~0u, 0));
  }
  Status transmit(unsigned length, void* token, const drivers::TransmitHints& hints = {}) {
    const drivers::TransmitSegment segments[] = {{frame, length / 2}, {frame + length / 2, length - length / 2}};
    return device->transmit(segments, hints, token);
  }
  unsigned poll(unsigned budget = 64) { return device->poll(*this, budget); }
  void received(drivers::ReceiveBuffer* buffer) override { frames.push_back(buffer); }
  void transmitted(void* token) override { tokens.push_back(token); }
  void link_returned() override { ++returns; }
  void release_all() {
    for (drivers::ReceiveBuffer* buffer : frames) device->release(buffer);
    frames.clear();
  }

  FakeHyperv host;
  std::unique_ptr<drivers::hyperv::NetworkDevice::Tables> tables =
      std::make_unique<drivers::hyperv::NetworkDevice::Tables>();
  std::unique_ptr<drivers::hyperv::NetworkDevice> device = std::make_unique<drivers::hyperv::NetworkDevice>();
  const char* trouble = "";
  bool serves = true, completes = true;
  std::uint32_t nvsp = 0x50000, section = 6144, link = 0, filter = 0;
  std::function<Bytes(Bytes)> instead_of_answer;
  std::uint8_t *receive_buffer = nullptr, *send_buffer = nullptr;
  std::uint64_t transaction = 0;
  unsigned acknowledged = 0, returns = 0;
  std::map<std::uint32_t, Bytes> told;
  std::vector<Bytes> sent;
  std::vector<std::uint64_t> transactions;
  std::uint8_t frame[2000]{};
  std::vector<drivers::ReceiveBuffer*> frames;
  std::vector<void*> tokens;
};

}  // namespace wick::test
