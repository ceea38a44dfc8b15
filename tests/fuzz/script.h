// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What fuzzers of drivers share: the fuzzer's bytes as decisions, and the stack above a network driver, which holds
// what every layer above relies on: a buffer is handed up at most once at a time and lies where the device may write,
// and a token comes back once.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "class/access.h"
#include "class/network.h"

namespace wick::test {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// The fuzzer's bytes, as decisions; zeros when they are used up.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  bool ended() const { return at_ == end_; }
  std::uint8_t byte() { return ended() ? 0 : *at_++; }
  std::uint16_t word() { return static_cast<std::uint16_t>(byte() | byte() << 8); }
  std::uint32_t number() { return word() | static_cast<std::uint32_t>(word()) << 16; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// @tparam Pool has contains(Gpa, length)
template <typename Pool>
struct CheckingStack final : drivers::Network::Receiver {
  explicit CheckingStack(const Pool& memory) : memory_(memory) {}

  void received(drivers::ReceiveBuffer* frame) override {
    for (; frame; frame = frame->next) {
      require(held.insert(frame).second);
      require(memory_.contains(drivers::device_address(frame->data), frame->length));
      std::memset(frame->data, 0x11, frame->length);
    }
  }
  void transmitted(void* token) override { require(sent.erase(token) == 1); }

  std::set<drivers::ReceiveBuffer*> held;
  std::set<void*> sent;

 private:
  const Pool& memory_;
};

}  // namespace wick::test
