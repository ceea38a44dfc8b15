// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio-console and virtio-rng against fake devices.

#include <doctest.h>

#include "virtio/console.h"
#include "virtio/entropy.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::ConsoleDevice;
using drivers::virtio::EntropyDevice;

namespace {

struct ConsoleRig {
  explicit ConsoleRig(std::uint64_t features = 0) : memory(1 << 15) {
    transport.features |= features;
    const char* trouble = nullptr;
    const DeviceEntry entry = fake_entry(DeviceKind::console);
    REQUIRE(ok(console.start({entry, memory.pool, 256, nullptr}, tables, trouble, &transport)));
  }
  FakeQueue& in() { return transport.queue(0); }
  FakeQueue& out() { return transport.queue(1); }
  bool type(std::string_view text) {
    const FakeQueue::Chain chain = in().pop();
    std::memcpy(chain.pieces[0].data, text.data(), text.size());
    return in().push(chain.head, static_cast<std::uint32_t>(text.size()));
  }
  std::string read(std::size_t most) {
    std::string text(most, '\0');
    text.resize(console.read({reinterpret_cast<std::uint8_t*>(text.data()), most}));
    return text;
  }
  std::size_t write(std::string_view text) {
    return console.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  std::string printed() {
    std::string text;
    while (out().has_work()) {
      const FakeQueue::Chain chain = out().pop();
      text.append(reinterpret_cast<const char*>(chain.pieces[0].data), chain.pieces[0].length);
      out().push(chain.head, 0);
    }
    return text;
  }

  FakePool memory;
  ConsoleDevice::Tables tables;
  FakeTransport transport;
  ConsoleDevice console;
};

}  // namespace

TEST_CASE("virtio-console: bytes go out, and wait when there is no room") {
  ConsoleRig rig;
  CHECK(rig.write("hello") == 5);
  CHECK_FALSE(rig.console.drained());
  CHECK(rig.printed() == "hello");
  CHECK(rig.console.drained());
  const std::string long_text(10'000, 'x');
  const std::size_t taken = rig.write(long_text);
  CHECK(taken == ConsoleDevice::kEntries * ConsoleDevice::kBufferBytes);
  CHECK(rig.write("more") == 0);
  CHECK(rig.printed() == long_text.substr(0, taken));
  CHECK(rig.write("more") == 4);
}

TEST_CASE("virtio-console: bytes come in, in order, however they are asked for") {
  ConsoleRig rig;
  CHECK(rig.read(10).empty());
  CHECK(rig.type("one two"));  // asked for by the read that found nothing
  CHECK_FALSE(rig.type(" three"));
  CHECK(rig.read(3) == "one");
  CHECK(rig.read(100) == " two three");
  CHECK(rig.read(1).empty());
  for (int i = 0; i < 100; ++i) {
    rig.type("abc");
    CHECK(rig.read(2) == "ab");
    CHECK(rig.read(2) == "c");
    CHECK(rig.read(2).empty());
  }
  CHECK(rig.in().waiting() == ConsoleDevice::kEntries);
}

TEST_CASE("virtio-console: empty and lying answers") {
  ConsoleRig rig;
  for (int i = 0; i < 8; ++i) rig.type("");
  CHECK(rig.read(10).empty());
  CHECK_FALSE(rig.console.ended());
  rig.in().push(0, ConsoleDevice::kBufferBytes + 1);
  CHECK(rig.read(10).empty());
  CHECK(rig.read(10).empty());
  rig.out().push(0, 1);
  CHECK(rig.write("x") == 0);
}

TEST_CASE("virtio-console: an empty buffer of hv's own console ends the input") {
  ConsoleRig rig(kEmptyEndsInput);
  CHECK_FALSE(rig.console.ended());
  rig.type("last words");
  rig.type("");
  CHECK(rig.read(4) == "last");
  CHECK_FALSE(rig.console.ended());
  CHECK(rig.read(100) == " words");
  CHECK(rig.read(100).empty());
  CHECK(rig.console.ended());
}

TEST_CASE("virtio-rng: asks, waits, gets") {
  FakePool memory(1 << 12);
  EntropyDevice::Tables tables;
  FakeTransport transport;
  transport.queues = 1;
  EntropyDevice entropy;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::entropy);
  REQUIRE(ok(entropy.start({entry, memory.pool, 256, nullptr}, tables, trouble, &transport)));
  std::uint8_t bytes[32] = {};
  CHECK(entropy.collect(bytes) == 0);
  CHECK(entropy.request(0) == Status::bad_argument);
  CHECK(ok(entropy.request(32)));
  CHECK(entropy.request(32) == Status::would_block);
  CHECK(entropy.collect(bytes) == 0);
  const FakeQueue::Chain chain = transport.queue(0).pop();
  CHECK(chain.pieces[0].length == 32);
  std::memset(chain.pieces[0].data, 0x77, 32);
  CHECK(transport.queue(0).push(chain.head, 20));  // fewer than asked for, and an event
  CHECK(entropy.collect(bytes) == 20);
  CHECK(bytes[19] == 0x77);
  CHECK(bytes[20] == 0);
  CHECK(chain.pieces[0].data[0] == 0);  // nothing stays behind
  CHECK(ok(entropy.request(1000)));
  transport.queue(0).push(transport.queue(0).pop().head, 257);  // more than there was room for
  CHECK(entropy.collect(bytes) == 0);
  CHECK(entropy.request(32) == Status::io_error);
}
