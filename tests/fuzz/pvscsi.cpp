// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A PVSCSI adapter that does what the fuzzer says: it completes what it hasn't got or has completed before, lies about
// counters and statuses, and scribbles over everything that it shares with the driver, which goes on working.

#include "script.h"
#include "virtio_fake.h"
#include "vmware/commands.h"

using namespace wick;
using namespace wick::test;
using namespace wick::drivers::vmware;

namespace {

/// Both rings in one pool, and the adapter at their other ends.
class Adapter {
 public:
  Adapter(FakePool& memory, Script& script) : memory_(memory), script_(script) {
    require(commands.place(memory.pool));
    const RingSetup setup = commands.describe();
    state_ = page<RingState>(setup.state);
    requests_ = page<AdapterRequest>(setup.requests[0]);
    completions_ = page<AdapterCompletion>(setup.completions[0]);
  }

  void act() {
    switch (script_.byte() % 5) {
      case 0:  // as it should be
        if (state_->request_taken == state_->request_put) return;
        return complete(requests_[state_->request_taken++ % kAdapterRequests].context);
      case 1:
        return complete(script_.byte() % (kAdapterRequests + 2));
      case 2:
        return complete(script_.number() | std::uint64_t{script_.number()} << 32);
      case 3:
        state_->request_taken = script_.byte() & 1 ? state_->request_put : script_.number();
        return;
      default:
        return scribble();
    }
  }

  Commands commands;

 private:
  template <typename T>
  T* page(std::uint64_t number) {
    require(memory_.contains(Gpa{number * kAdapterPage}, kAdapterPage));
    return reinterpret_cast<T*>(number * kAdapterPage);
  }

  void complete(std::uint64_t context) {
    completions_[state_->completion_put++ % kAdapterCompletions] = {context, 0, 0, script_.byte(), script_.word(), {}};
  }

  void scribble() {
    const std::size_t start = script_.number() % memory_.size();
    const std::size_t length = std::min<std::size_t>(script_.byte() % 32, memory_.size() - start);
    for (std::size_t i = 0; i < length; ++i) memory_.data()[start + i] = script_.byte();
  }

  FakePool& memory_;
  Script& script_;
  RingState* state_;
  AdapterRequest* requests_;
  AdapterCompletion* completions_;
};

/// What is above the adapter: it hears of each command once.
struct Disks {
  void send(Commands& commands, Script& script) {
    static std::uint8_t data[512];
    drivers::ScsiCommand command{.target = script.byte()};
    command.cdb[0] = script.byte();
    command.writes = script.byte() & 1;
    if (script.byte() & 1) command.data = data, command.length = sizeof data;
    void* const token = reinterpret_cast<void*>(++tokens);
    const bool room = sent.size() < kAdapterRequests;
    const Status status = commands.put(command, token);
    require(ok(status) ? room && !commands.broken() : !room || commands.broken() || status == Status::would_block);
    if (ok(status)) sent.insert(token);
  }
  void take(Commands& commands) {
    drivers::ScsiAnswer answer;
    if (commands.ready() && commands.take(answer)) require(sent.erase(answer.token) == 1);
  }
  void give_up(Commands& commands) {
    for (drivers::ScsiAnswer answer; commands.abandon(answer);)
      require(!answer.arrived && sent.erase(answer.token) == 1);
    require(sent.empty() && commands.none());
  }

  std::set<void*> sent;
  std::uintptr_t tokens = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  FakePool memory(Commands::dma_bytes());
  Adapter adapter(memory, script);
  Disks disks;
  while (!script.ended()) {
    switch (script.byte() % 4) {
      case 0:
        disks.send(adapter.commands, script);
        break;
      case 1:
        disks.take(adapter.commands);
        break;
      default:
        adapter.act();
        break;
    }
  }
  disks.give_up(adapter.commands);
  return 0;
}
