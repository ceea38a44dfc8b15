// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A Hyper-V host for tests of what speaks VMBus: its messages, the memory that is shared with it, and the other halves
// of the rings, from the facts of Linux' driver and apart from ours. It can behave, and it can lie.

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "class/access.h"
#include "hyperv/channel.h"

namespace wick::test {

using Bytes = std::vector<std::uint8_t>;

template <typename T>
T word_at(const Bytes& bytes, std::size_t at) {
  T value{};
  if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <typename T>
Bytes& append(Bytes& bytes, const T& value) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(&value);
  bytes.insert(bytes.end(), from, from + sizeof value);
  return bytes;
}

template <typename... T>
Bytes words(T... values) {
  Bytes bytes;
  (append(bytes, static_cast<std::uint32_t>(values)), ...);
  return bytes;
}

/// The host's ends of a channel's rings.
struct HostRings {
  struct Packet {
    std::uint16_t type = 0, flags = 0;
    std::uint64_t transaction = 0;
    Bytes head, body;
  };

  /// The next packet of the guest's. @return false when there is none
  bool read(Packet& packet) {
    std::uint32_t* const index = reinterpret_cast<std::uint32_t*>(from_guest);
    if (index[0] == index[1]) return false;
    const auto get = [&](std::size_t bytes) {
      Bytes out;
      for (; bytes != 0; --bytes, index[1] = (index[1] + 1) % size) out.push_back(from_guest[4096 + index[1]]);
      return out;
    };
    const Bytes descriptor = get(16);
    const std::size_t offset = word_at<std::uint16_t>(descriptor, 2) * 8u,
                      all = word_at<std::uint16_t>(descriptor, 4) * 8u;
    packet.type = word_at<std::uint16_t>(descriptor, 0);
    packet.flags = word_at<std::uint16_t>(descriptor, 6);
    packet.transaction = word_at<std::uint64_t>(descriptor, 8);
    packet.head = get(offset - 16);
    packet.body = get(all - offset);
    (void)get(8);
    return true;
  }
  /// @return false when the ring is full
  bool write(std::uint16_t type, std::uint64_t transaction, const Bytes& head, Bytes body) {
    while (body.size() % 8) body.push_back(0);
    Bytes packet;
    append(packet, type);
    append(packet, static_cast<std::uint16_t>((16 + head.size()) / 8));
    append(packet, static_cast<std::uint16_t>((16 + head.size() + body.size()) / 8));
    append(packet, std::uint16_t{0});
    append(packet, transaction);
    packet.insert(packet.end(), head.begin(), head.end());
    packet.insert(packet.end(), body.begin(), body.end());
    append(packet, std::uint64_t{0});
    return write_raw(packet);
  }
  bool write_raw(const Bytes& bytes) {
    std::uint32_t* const index = reinterpret_cast<std::uint32_t*>(to_guest);
    std::uint32_t at = index[0] % size;  // it may have lied before
    const std::uint32_t room = (index[1] + size - at - 1) % size;
    if (bytes.size() > room) return false;
    for (const std::uint8_t byte : bytes) to_guest[4096 + at] = byte, at = (at + 1) % size;
    __atomic_store_n(&index[0], at, __ATOMIC_RELEASE);
    return true;
  }
  std::uint32_t& index_to_guest() { return *reinterpret_cast<std::uint32_t*>(to_guest); }
  std::uint32_t& guests_index_read() { return reinterpret_cast<std::uint32_t*>(from_guest)[1]; }

  std::uint8_t *from_guest = nullptr, *to_guest = nullptr;
  std::uint32_t size = 0;  ///< of the data of each
};

class FakeHyperv {
 public:
  std::uint32_t version = 0x40000;                             ///< that it speaks
  std::deque<Bytes> offers;                                    ///< whole messages
  std::deque<Bytes> to_guest;                                  ///< messages on their way
  std::map<std::uint32_t, std::vector<std::uint64_t>> shared;  ///< handle: pages
  std::map<std::uint32_t, HostRings> channels;                 ///< that are open
  std::vector<std::uint32_t> closed, released;
  std::vector<std::uint32_t> messages;  ///< kinds of those that came
  /// The guest has signalled the channel with that number.
  std::function<void(std::uint32_t number)> on_signal = [](auto) {};
  /// Answers in the place of the host. @return false: it shall answer itself
  std::function<bool(const Bytes& message)> instead = [](auto&) { return false; };
  drivers::hyperv::Facts facts{.channel = 5, .ide = false, .path = 0, .target = 0, .gone = 0};
  unsigned signals = 0;

  FakeHyperv() { select(); }
  ~FakeHyperv() { current = nullptr; }
  FakeHyperv(const FakeHyperv&) = delete;
  FakeHyperv& operator=(const FakeHyperv&) = delete;

  /// Of several the one that is asked.
  void select() { current = this; }

  drivers::hyperv::Vmbus bus() { return {mailbox_, notify}; }
  drivers::Access access(DeviceKind kind, std::uint64_t bytes = 1 << 20) {
    pool_memory_ = std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
    entry_ = {};
    entry_.bus = drivers::hyperv::kBus;
    entry_.kind = kind;
    entry_.event_count = 1;
    entry_.events[0] = 9;
    entry_.number = drivers::hyperv::kFirstSignal + 3;
    entry_.windows[0] = {drivers::device_address(&mailbox_), sizeof mailbox_};
    entry_.windows[1] = {drivers::device_address(&facts), sizeof facts};
    pool_ = drivers::DmaPool(drivers::device_address(pool_memory_.get()), bytes);
    return {entry_, pool_, 256, notify};
  }
  drivers::DmaPool& pool() { return pool_; }
  DeviceEntry& entry() { return entry_; }
  HostRings& rings() { return channels.at(facts.channel); }

  /// As the host that it is.
  void answer(const Bytes& message) {
    const auto word = [&](std::size_t at) { return word_at<std::uint32_t>(message, at); };
    switch (word(0)) {
      case 14:  // contact
        to_guest.push_back(words(15, 0, word(8) == version ? 1 : 0, 4));
        break;
      case 3:
        for (const Bytes& offer : offers) to_guest.push_back(offer);
        to_guest.push_back(words(4, 0));
        break;
      case 8:
        wanted_ = (word_at<std::uint16_t>(message, 16) - 8u) / 8;
        sharing_ = word(12);
        sharer_ = word(8);
        return take_pages(message, 28);
      case 9:
        return take_pages(message, 16);
      case 5:
        open(word(8), word(16), word(24));
        to_guest.push_back(words(6, 0, word(8), word(12), 0));
        break;
      case 7:
        closed.push_back(word(8));
        break;
      case 13:
        released.push_back(word(8));
        break;
      default:
        break;
    }
  }

  static Bytes offer(const drivers::hyperv::Guid& type, std::uint32_t channel, std::uint32_t connection) {
    Bytes bytes = words(1, 0);
    bytes.resize(196);
    std::memcpy(bytes.data() + 8, type.bytes, 16);
    std::memcpy(bytes.data() + 184, &channel, 4);
    bytes[190] = 1;
    std::memcpy(bytes.data() + 192, &connection, 4);
    return bytes;
  }

 private:
  static inline FakeHyperv* current = nullptr;

  static Status notify(std::uint32_t number) {
    if (!current) return Status::unsupported;
    auto& host = *current;
    auto& mailbox = host.mailbox_;
    if (number == drivers::hyperv::kPost) {
      const Bytes message(mailbox.out, mailbox.out + mailbox.out_length);
      host.messages.push_back(word_at<std::uint32_t>(message, 0));
      if (!host.instead(message)) host.answer(message);
    } else if (number == drivers::hyperv::kWaitMessage && !host.to_guest.empty()) {
      const Bytes& message = host.to_guest.front();
      mailbox.in_length = static_cast<std::uint32_t>(message.size());
      if (!message.empty()) std::memcpy(mailbox.in, message.data(), message.size());
      host.to_guest.pop_front();
    } else if (number >= drivers::hyperv::kFirstSignal) {
      ++host.signals;
      host.on_signal(number - drivers::hyperv::kFirstSignal);
    }
    return Status::ok;
  }

  void take_pages(const Bytes& message, std::size_t at) {
    for (; at < message.size(); at += 8) shared[sharing_].push_back(word_at<std::uint64_t>(message, at));
    if (shared[sharing_].size() == wanted_) to_guest.push_back(words(10, 0, sharer_, sharing_, 0));
  }
  void open(std::uint32_t channel, std::uint32_t handle, std::uint32_t second) {
    const auto& pages = shared[handle];
    if (pages.size() <= second) return;
    channels[channel] = {memory(pages[0]), memory(pages[second]), (second - 1) * 4096};
  }
  static std::uint8_t* memory(std::uint64_t page) { return reinterpret_cast<std::uint8_t*>(page * 4096); }

  drivers::hyperv::Mailbox mailbox_{};
  std::unique_ptr<std::uint8_t[]> pool_memory_;
  drivers::DmaPool pool_;
  DeviceEntry entry_{};
  std::uint32_t sharing_ = 0, sharer_ = 0;
  std::size_t wanted_ = 0;
};

}  // namespace wick::test
