// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A host that says on VMBus what the fuzzer wants: to answers that would be right it adds its own, changes them or
// leaves them out. The first byte chooses between what comes before a channel is open and the services, whose messages
// are the rest. The address sanitizer watches every access.

#include <cstdlib>

#include "hyperv/services.h"
#include "hyperv_fake.h"
#include "hyperv_script.h"

using namespace wick;
using namespace wick::test;
using namespace wick::drivers::hyperv;

namespace {

alignas(4096) std::uint8_t memory[40 * 4096];
FakeHyperv host;

void change_messages(Script& script) {
  for (unsigned i = script.byte() % 4; i != 0; --i) {
    Bytes message;
    for (unsigned length = script.byte() % 241; message.size() < length;) message.push_back(script.byte());
    if (!message.empty()) message[0] %= 20;
    if (message.size() > 3) message[1] = message[2] = message[3] = 0;
    host.to_guest.insert(script.byte() & 1 ? host.to_guest.begin() : host.to_guest.end(), message);
  }
  if (host.to_guest.empty()) return;
  Bytes& last = host.to_guest.back();
  for (unsigned i = last.empty() ? 0 : script.byte() % 4; i != 0; --i)
    last[script.byte() % last.size()] ^= script.byte();
  if (script.byte() % 8 == 0) host.to_guest.pop_back();
}

void take(const Offer& offer) { require(offer.channel != 0 && offer.channel < kMostChannels); }

void fuzz_messages(Script& script) {
  host.to_guest.clear();
  host.shared.clear();
  host.offers.clear();
  host.version = script.byte() & 1 ? 0x50000 : 0x20004;
  for (std::uint32_t i = 0; i < 3; ++i) host.offers.push_back(FakeHyperv::offer(kScsiType, i, script.byte()));
  bool working = false;
  host.instead = [&](const Bytes& message) {
    if (working) return false;
    working = true;
    host.answer(message);
    working = false;
    change_messages(script);
    return true;
  };
  Vmbus bus = host.bus();
  (void)bus.connect(memory);
  (void)bus.list_offers(take);
  (void)bus.share(5, 21, memory, sizeof memory);
  (void)bus.open(5, 21, 20);
  bus.close(5);
}

void fuzz_service(Script& script, ServiceKind kind) {
  std::memset(memory, 0, 4 * 4096);
  host.shared.clear();
  host.to_guest.clear();
  host.instead = [](auto&) { return false; };
  Channel channel;
  const drivers::Access access = host.access(DeviceKind::none, 64);
  require(ok(channel.open(host.bus(), 5, drivers::Doorbell(access.notify, access.device.number), memory, 4096)));
  Service service(channel, kind);
  static std::uint8_t room[Service::kRoom];
  while (!script.ended()) {
    const std::uint8_t how = script.byte();
    Bytes body = script.bytes(how & 63);
    if (how & 64) {
      host.rings().write(how & 128 ? 6 : script.word(), script.byte(), {}, body);
    } else if (how & 128) {
      host.rings().write_raw(body);
    } else {
      host.rings().index_to_guest() = script.word() * (how & 1 ? 8u : 1u);
    }
    (void)service.serve(room);
    for (HostRings::Packet packet; host.rings().read(packet);) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  switch (script.byte() % 3) {
    case 0:
      fuzz_messages(script);
      break;
    case 1:
      fuzz_service(script, ServiceKind::heartbeat);
      break;
    default:
      fuzz_service(script, ServiceKind::shutdown);
  }
  host.instead = [](auto&) { return false; };
  host.messages.clear();
  host.closed.clear();
  return 0;
}
