// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A vmxnet3 adapter that does what the fuzzer says: it completes what it hasn't got, lies about lengths and laps, and
// scribbles over everything that it shares with the driver, which goes on working.

#include "script.h"
#include "virtio_fake.h"
#include "vmware/receive.h"
#include "vmware/transmit.h"

using namespace wick;
using namespace wick::test;
using namespace wick::drivers::vmware;

namespace {

constexpr std::uint32_t kEntries = 32;

/// Both rings in one pool, and the adapter at their other ends.
class Adapter {
 public:
  Adapter(FakePool& memory, Script& script) : memory_(memory), script_(script) {
    require(receive.place(memory.pool, kEntries, buffers_) && transmit.place(memory.pool, kEntries, sent_));
    receive.describe(receives_);
    transmit.describe(transmits_);
  }

  void act() {
    switch (script_.byte() % 5) {
      case 0:
        return complete(receives_.completions, receive_put_, receive_put_ % kEntries | kFirst | kLast, script_.word());
      case 1:
        return complete(receives_.completions, receive_put_, script_.number(), script_.number());
      case 2:
        return complete(transmits_.completions, transmit_put_, script_.byte() % kEntries, 0);
      case 3:
        return complete(transmits_.completions, transmit_put_, script_.number(), script_.number());
      default:
        return scribble();
    }
  }

  Receive receive;
  Transmit transmit;

 private:
  void complete(std::uint64_t ring, std::uint32_t& put, std::uint32_t index, std::uint32_t length) {
    const std::uint32_t lap = put / kEntries % 2 == 0 ? kGeneration : 0;
    reinterpret_cast<Completion*>(ring)[put++ % kEntries] = {index, 0, length,
                                                             lap | (script_.byte() & 1 ? kChecksumGood : 0)};
  }

  void scribble() {
    const std::size_t start = script_.number() % memory_.size();
    const std::size_t length = std::min<std::size_t>(script_.byte() % 32, memory_.size() - start);
    for (std::size_t i = 0; i < length; ++i) memory_.data()[start + i] = script_.byte();
  }

  FakePool& memory_;
  Script& script_;
  drivers::ReceiveBuffer buffers_[kEntries];
  Sent sent_[kEntries];
  ReceiveQueue receives_{};
  TransmitQueue transmits_{};
  std::uint32_t receive_put_ = 0, transmit_put_ = 0;
};

void send(Adapter& adapter, CheckingStack<FakePool>& stack, std::uintptr_t token, unsigned pieces) {
  static const std::uint8_t payload[100] = {};
  const std::vector<drivers::TransmitSegment> segments(pieces, {payload, sizeof payload});
  void* const name = reinterpret_cast<void*>(token);
  if (ok(adapter.transmit.put(segments, {}, name))) stack.sent.insert(name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  FakePool memory(Receive::dma_bytes(kEntries) + Transmit::dma_bytes(kEntries));
  Adapter adapter(memory, script);
  CheckingStack<FakePool> stack(memory);
  std::uintptr_t tokens = 0;
  while (!script.ended()) {
    void* token;
    switch (script.byte() % 8) {
      case 0:
        send(adapter, stack, ++tokens, script.byte() % 18);
        break;
      case 1:
        adapter.transmit.publish();
        break;
      case 2:
        if (adapter.transmit.ready() && adapter.transmit.take(token)) stack.transmitted(token);
        break;
      case 3:
        if (adapter.receive.ready())
          if (drivers::ReceiveBuffer* frame = adapter.receive.take()) stack.received(frame);
        break;
      case 4:
        if (!stack.held.empty()) adapter.receive.give(*stack.held.extract(stack.held.begin()).value());
        break;
      default:
        adapter.act();
        break;
    }
  }
  for (void* token; adapter.transmit.abandon(token);) stack.transmitted(token);
  require(stack.sent.empty());
  return 0;
}
