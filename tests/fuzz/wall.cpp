// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What a hostile guest can hand to hv: notes, calls, device pages and rings. The first byte chooses; the rest is the
// guest's memory. hv's sources as they run behind every wall, with devices below that only remember.

#include <cstdlib>
#include <cstring>
#include <span>

#include "backend_fake.h"
#include "guest/dispatch.h"
#include "guest/notes.h"

using namespace wick;
using namespace wick::test;

namespace {

constexpr std::size_t kPool = 1 << 17;
constexpr std::uint16_t kSize = 8;
constexpr std::size_t kDescriptors = 0, kAvailable = 128, kUsed = 192, kQueueSpan = 320, kData = 1024;

void require(bool condition) {
  if (!condition) std::abort();
}

void fuzz_notes(std::span<const std::uint8_t> bytes) {
  hv::Notes found;
  if (hv::read_notes(bytes, found) == nullptr)
    require(found.abi.major == kAbiMajor && raw(found.entry.start) != 0 &&
            found.restart.policy <= RestartPolicy::restore);
}

/// Accepts what dispatch() lets through only if it is inside of its memory.
struct Machine {
  static constexpr std::uint64_t kStart = 0x10000, kLength = 0x8000;
  hv::Lives lives_{};
  hv::Watchdog watchdog_;
  hv::Notes notes_{};

  bool may(Gpa address, std::uint64_t length, bool) const {
    return raw(address) >= kStart && length <= kLength && raw(address) - kStart <= kLength - length;
  }
  const hv::GuestMap& regions() const {
    static const hv::GuestMap map = [] {
      hv::GuestMap one;
      one.add({Gpa{kStart}, kLength / 2, hv::Rights::read_write, hv::RegionKind::heap});
      one.add({Gpa{kStart + kLength / 2}, kLength / 2, hv::Rights::read_write, hv::RegionKind::shared});
      return one;
    }();
    return map;
  }
  hv::Lives& lives() { return lives_; }
  hv::Watchdog& watchdog() { return watchdog_; }
  const hv::Notes& notes() const { return notes_; }
  Nanoseconds now() { return Nanoseconds{7}; }
  void exit(std::uint32_t) {}
  void print(std::string_view text) {
    require(text.size() <= 4096 && may(Gpa{reinterpret_cast<std::uint64_t>(text.data())}, text.size(), false));
  }
  std::uint64_t idle(Nanoseconds, EventMask) { return 0; }
  Status notify(std::uint32_t) { return Status::ok; }
  CallResult wall_clock() { return {Status::ok, 0}; }
  CallResult entropy() { return {Status::ok, 0}; }
  Status set_writable(Gpa start, std::uint64_t length, bool) {
    require(raw(start) % 4096 == 0 && length % 4096 == 0 && length != 0 && may(start, length, false));
    require(raw(start) - kStart + length <= kLength / 2);  // never what hv writes
    return Status::ok;
  }
  void watch() {}
  Status keep() { return Status::ok; }
};

void fuzz_calls(std::span<const std::uint8_t> bytes) {
  Machine machine;
  std::uint64_t words[4];
  for (; bytes.size() >= sizeof words; bytes = bytes.subspan(sizeof words)) {
    std::memcpy(words, bytes.data(), sizeof words);
    const std::uint64_t number = words[1] % 3 ? words[1] % 16 : words[1];
    machine.notes_.abi.calls = words[0];
    const auto result = hv::dispatch(machine, {number, words[2], words[3]});
    require(number < kCallCount || result.status == Status::unsupported);
    require(number >= kCallCount || words[0] >> number & 1 || result.status == Status::denied);
  }
}

/// The guest's memory, with rings where the device page says. Most addresses are made to lie in or near the pool.
void lay_out(FakePool& pool, DevicePage& page, std::span<const std::uint8_t> bytes, unsigned queues) {
  std::memset(pool.data(), 0, 4096);
  std::memcpy(pool.data(), bytes.data(), bytes.size());
  const auto base = drivers::device_address(pool.data());
  for (unsigned i = 0; i < queues; ++i) {
    auto* queue = pool.data() + i * kQueueSpan;
    auto* descriptors = reinterpret_cast<Descriptor*>(queue + kDescriptors);
    for (unsigned d = 0; d < kSize; ++d) {
      const auto wish = raw(descriptors[d].address);
      if (wish >> 60 != 15) descriptors[d].address = base + kData + wish % kPool;
      if (descriptors[d].length >> 28 != 15) descriptors[d].length %= 4096;
      descriptors[d].next %= kSize + 1;
    }
    page.queues[i].descriptors = base + i * kQueueSpan + kDescriptors;
    page.queues[i].available = base + i * kQueueSpan + kAvailable;
    page.queues[i].used = base + i * kQueueSpan + kUsed;
    page.queues[i].size = kSize;
  }
}

template <typename Backend, typename Below>
void attack(Backend& backend, Below& below, DevicePage& page, FakePool& pool, std::span<const std::uint8_t> bytes,
            unsigned queues) {
  backend.reset();
  if (bytes.size() < 2) return;
  const std::uint8_t script = bytes[0], features = bytes[1];
  bytes = bytes.subspan(2);
  if (bytes.size() > 4096) bytes = bytes.first(4096);
  lay_out(pool, page, bytes, queues);
  if (script & 1) std::memcpy(&page, bytes.data(), bytes.size() < sizeof page ? bytes.size() : sizeof page);
  page.accepted = features & 1 ? virtio::kVersion1 | virtio::kEventIndex : page.offered;
  page.status = 11;
  (void)backend.control();
  page.status = 15;
  (void)backend.control();
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned i = 0; i < queues; ++i) backend.notified(i);
    (void)backend.serve();
    if (script & 2) pool.data()[kAvailable + 2] ^= script;
  }
  if (script & 4) {
    auto saved = backend.save();  // a snapshot's file may hold anything in its place
    if (script & 16) std::memcpy(&saved, bytes.data(), bytes.size() < sizeof saved ? bytes.size() : sizeof saved);
    (void)backend.restore(saved);
  }
  if (script & 8) (void)backend.serve();
  (void)below;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static FakePool pool(kPool);
  static FakeNetwork network;
  static FakeDisk disk;
  static hv::NetworkBackend network_backend;
  static hv::BlockBackend block_backend;
  alignas(4096) static DevicePage pages[2];
  static bool ready = false;
  if (!ready) {
    fake_host = {&pool, nullptr, 0};
    network_backend.start(network, pages[0], 0);
    block_backend.start(disk, pages[1], 1);
    ready = true;
  }
  if (size == 0) return 0;
  const std::span rest{data + 1, size - 1};
  switch (data[0] % 4) {
    case 0:
      fuzz_notes(rest);
      break;
    case 1:
      fuzz_calls(rest);
      break;
    case 2:
      network.sent.clear(), network.finished = 0;
      network.arriving.assign(3, std::vector<std::uint8_t>(60, 1));
      attack(network_backend, network, pages[0], pool, rest, 2);
      network_backend.reset();
      break;
    case 3:
      attack(block_backend, disk, pages[1], pool, rest, 1);
      block_backend.reset();
      break;
  }
  return 0;
}
