// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A host that has opened its channels as it should and from then on does what the fuzzer says: it answers what it was
// never asked, lies about lengths, offsets and transactions, moves indices and writes rubbish, while the drivers of
// networks and disks go on working. The address sanitizer watches every access of theirs; the checks below hold what
// the layer above relies on: a frame lies in a buffer that nobody else has, and each frame and each request ends at
// most once.

#include <algorithm>
#include <set>

#include "hyperv_fake_disk.h"
#include "hyperv_fake_network.h"
#include "hyperv_script.h"

using namespace wick;
using namespace wick::test;

namespace {

/// What any host can do to any channel. @return whether it can't read the guest's ring any more
bool disturb(HostRings& rings, Script& script) {
  const std::uint8_t how = script.byte();
  switch (how % 5) {
    case 0:
      rings.write(11, script.number(), {}, script.bytes(how >> 3));
      return false;
    case 1:
      rings.write_raw(script.bytes(how >> 2));
      return false;
    case 2:
      rings.index_to_guest() = script.number() * (how & 64 ? 8 : 1);
      return false;
    case 3:
      rings.guests_index_read() = script.number() * (how & 64 ? 8 : 1);
      return true;
    default:
      rings.write(script.byte() % 13, script.number(), script.bytes(how >> 5 << 3), script.bytes(script.byte() % 80));
      return false;
  }
}

/// As it was when its start had ended.
template <typename Rig, typename Device>
struct Started {
  explicit Started(std::unique_ptr<Device> Rig::* device) : device(device) {
    require(ok(rig.start()));
    saved = std::make_unique<Device>(*(rig.*device));
    tables = std::make_unique<typename Device::Tables>(*rig.tables);
    for (std::uint8_t* page : {rig.rings().from_guest, rig.rings().to_guest})
      pages.emplace_back(page, page + 4096 + rig.rings().size);
  }
  void begin() {
    rig.host.select();
    *(rig.*device) = *saved;
    *rig.tables = *tables;
    std::copy(pages[0].begin(), pages[0].end(), rig.rings().from_guest);
    std::copy(pages[1].begin(), pages[1].end(), rig.rings().to_guest);
  }

  Rig rig;
  std::unique_ptr<Device> Rig::* device;
  std::unique_ptr<Device> saved;
  std::unique_ptr<typename Device::Tables> tables;
  std::vector<Bytes> pages;
};

void fuzz_network(Script& script) {
  static Started<HypervNetwork, drivers::hyperv::NetworkDevice> started(&HypervNetwork::device);
  started.begin();
  HypervNetwork& rig = started.rig;
  rig.frames.clear(), rig.tokens.clear(), rig.sent.clear(), rig.transactions.clear();
  std::set<drivers::ReceiveBuffer*> held;
  std::vector<char> tokens(256);
  std::size_t sent = 0;
  bool blind = false;
  while (!script.ended()) {
    const std::uint8_t what = script.byte();
    switch (what % 6) {
      case 0: {  // a message that is right but for a few words
        Bytes message = HypervNetwork::frame_message(script.byte(), what & 32);
        for (unsigned i = what >> 6; i != 0; --i) {
          const std::uint32_t value = script.number();
          std::memcpy(message.data() + script.byte() % 15 * 4, &value, std::min<std::size_t>(4, message.size()));
        }
        message.resize(std::max<std::size_t>(message.size(), 64));
        rig.deliver({message}, what >> 7);
        break;
      }
      case 1: {  // ranges
        Bytes head = words(what & 32 ? 0xcafe : script.number(), what & 64 ? what >> 6 : script.number());
        for (unsigned i = what >> 6; i != 0; --i) append(append(head, script.number()), script.number());
        rig.tell(head, what >> 7);
        break;
      }
      case 2:  // whatever message
        rig.deliver({script.bytes(what)}, what & 1);
        break;
      case 3:
        rig.serves = what & 64 && !blind, rig.completes = what & 128;
        if (sent < tokens.size() && ok(rig.transmit(60 + what, &tokens[sent]))) ++sent;
        rig.device->flush();
        break;
      case 4:
        blind = disturb(rig.rings(), script) || blind;
        break;
      default:
        for (auto frame = held.begin(); frame != held.end() && what & 64; frame = held.erase(frame))
          rig.device->release(*frame);
    }
    rig.serves = false;
    rig.poll(1 + what % 8);
    (void)rig.device->arm();
    for (drivers::ReceiveBuffer* frame : rig.frames) {
      require(frame >= rig.tables->buffers && frame < rig.tables->buffers + 64 && held.insert(frame).second);
      require(frame->length >= 14 && frame->length <= 1534 && !frame->next);
      std::memset(frame->data, what, frame->length);
    }
    rig.frames.clear();
    std::set<void*> once(rig.tokens.begin(), rig.tokens.end());
    require(once.size() == rig.tokens.size() && once.size() <= sent);
  }
}

void fuzz_disks(Script& script) {
  static Started<HypervDisks, drivers::hyperv::DiskAdapter> started(&HypervDisks::adapter);
  started.begin();
  HypervDisks& rig = started.rig;
  rig.held.clear(), rig.asked.clear();
  rig.serves = true;
  static std::uint8_t data[64 * 512];
  static unsigned ended;
  ended = 0;
  unsigned submitted = 0;
  drivers::BlockRequest requests[64];
  while (!script.ended()) {
    const std::uint8_t what = script.byte();
    if (what % 4 == 0 && submitted < 64) {
      auto& one = requests[submitted];
      one = rig.request(what & 32 ? drivers::BlockOperation::flush : drivers::BlockOperation::read, script.byte(),
                        data + submitted * 512, what & 32 ? 0 : 512);
      submitted += ok(rig.disks[what >> 7]->submit(one));
    } else if (what % 4 == 1) {
      rig.holds = what & 32;
      rig.disks[0]->flush_queue();
    } else if (what % 4 == 2 && !rig.held.empty()) {
      auto [transaction, body] = rig.held[script.byte() % rig.held.size()];
      for (unsigned i = what >> 6; i != 0; --i) body[script.byte() % body.size()] = script.byte();
      rig.finish(transaction, body);
    } else {
      rig.serves = !disturb(rig.rings(), script) && rig.serves;
    }
    rig.disks[what >> 7]->poll([](drivers::BlockRequest& one) {
      ++ended;
      require(one.status != Status::would_block);
    });
    (void)rig.disks[0]->arm();
    require(ended <= submitted);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  if (script.byte() & 1)
    fuzz_network(script);
  else
    fuzz_disks(script);
  return 0;
}
