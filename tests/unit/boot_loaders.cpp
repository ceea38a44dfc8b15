// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What loaders leave in memory: as Xen, QEMU, Cloud Hypervisor, Firecracker and GRUB write it, and as nobody should.

#include <doctest.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "machine/boot/loaders.h"

using namespace wick;
using namespace wick::hv;

namespace {

constexpr std::uint32_t kPvhMagic = 0x336ec578, kMultiboot2Magic = 0x36d76289, kLinuxMagic = 0x53726448;

/// Bytes with fields at offsets, as a specification lists them.
struct Bytes {
  explicit Bytes(std::size_t size) : words(size / 8) {}
  template <typename T>
  Bytes& set(std::size_t offset, T value) {
    std::memcpy(reinterpret_cast<char*>(words.data()) + offset, &value, sizeof value);
    return *this;
  }
  std::uint64_t address() const { return reinterpret_cast<std::uint64_t>(words.data()); }
  std::vector<std::uint64_t> words;
};

std::uint64_t address(const void* object) { return reinterpret_cast<std::uint64_t>(object); }
std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

/// As hv asks them. @return the protocol of the one that understood
std::optional<Interface> load(std::uint32_t magic, const Bytes& information, Boot& boot) {
  for (const Loader* loader = hv_loaders_start; loader != hv_loaders_end; ++loader)
    if (ok(loader->read(magic, Gpa{information.address()}, boot))) return loader->protocol;
  return {};
}

constexpr char kLine[] = "console=ttyS0 pci=off virtio_mmio.device=4K@0xd0000000:5";

/// hvm_start_info of version 1 with room for a memory map.
struct Pvh {
  Pvh() { info.set(0, kPvhMagic).set(4, 1u).set(24, address(kLine)).set(40, map.address()); }
  void add(std::uint64_t start, std::uint64_t length, std::uint32_t type) {
    map.set(24 * count, start).set(24 * count + 8, length).set(24 * count + 16, type);
    info.set(48, ++count);
  }
  Bytes info{56}, map{24 * 200};
  std::uint32_t count = 0;
};

/// boot_params as Firecracker fills them.
struct Linux {
  Linux() {
    info.set(0x1fe, std::uint16_t{0xaa55}).set(0x202, kLinuxMagic).set(0x210, std::uint8_t{0xff});
    info.set(0x228, low(address(kLine))).set(0x0c8, high(address(kLine))).set(0x238, low(sizeof kLine));
  }
  void add(std::uint64_t start, std::uint64_t length, std::uint32_t type) {
    const std::size_t at = 0x2d0 + 20 * std::size_t{count++};
    info.set(at, start).set(at + 8, length).set(at + 16, type).set(0x1e8, count);
  }
  Bytes info{4096};
  std::uint8_t count = 0;
};

}  // namespace

TEST_CASE("loaders: PVH as Cloud Hypervisor has it, without a module") {
  Pvh pvh;
  pvh.info.set(32, std::uint64_t{0xa0000});
  pvh.add(0, 0xa0000, 1);
  pvh.add(0x100000, 0x3ff00000, 1);
  pvh.add(0xe8000000, 0x10000000, 2);
  Boot boot;
  CHECK(load(0, pvh.info, boot) == Interface::pvh);
  CHECK(boot.command_line == kLine);
  CHECK(raw(boot.rsdp) == 0xa0000);
  CHECK(boot.module.length == 0);
  CHECK_FALSE(boot.initial_domain);
  REQUIRE(boot.memory.count == 2);
  CHECK(raw(boot.memory.items[1].start) == 0x100000);
  CHECK(boot.memory.items[1].length == 0x3ff00000);
}

TEST_CASE("loaders: PVH without a command line and without a memory map") {
  Bytes info(56);
  info.set(0, kPvhMagic).set(4, 1u);
  Boot boot;
  CHECK(load(0, info, boot) == Interface::pvh);
  CHECK(boot.command_line.empty());
  CHECK(boot.memory.count == 0);
  // A map of version 0 is what stood there before: Xen's dom0 asks for it elsewhere.
  info.set(4, 0u).set(40, std::uint64_t{8}).set(48, 3u).set(8, 2u);
  CHECK(load(0, info, boot) == Interface::pvh);
  CHECK(boot.memory.count == 0);
  CHECK(boot.initial_domain);
}

TEST_CASE("loaders: PVH, the first module is the configuration") {
  Pvh pvh;
  Bytes modules(64);
  modules.set(0, std::uint64_t{0x7fe000}).set(8, std::uint64_t{123}).set(32, std::uint64_t{0x1000});
  pvh.info.set(12, 2u).set(16, modules.address());
  Boot boot;
  CHECK(load(kMultiboot2Magic, pvh.info, boot) == Interface::pvh);  // EAX means nothing here
  CHECK(raw(boot.module.start) == 0x7fe000);
  CHECK(boot.module.length == 123);
}

TEST_CASE("loaders: Linux' 64-bit protocol as Firecracker has it") {
  Linux params;
  params.info.set(0x070, std::uint64_t{0xe0000});
  params.info.set(0x218, 0x7c00000u).set(0x21c, 4097u);
  params.add(0, 0x9fc00, 1);
  params.add(0x9fc00, 0x60400, 2);
  params.add(0xeec00000, 0x10000000, 2);
  params.add(0x100000, 0x7f00000, 1);
  Boot boot;
  CHECK(load(kLinuxMagic, params.info, boot) == Interface::linux_boot);
  CHECK(boot.command_line == kLine);
  CHECK(raw(boot.rsdp) == 0xe0000);
  CHECK(raw(boot.module.start) == 0x7c00000);
  CHECK(boot.module.length == 4097);
  REQUIRE(boot.memory.count == 2);
  CHECK(boot.memory.items[0].length == 0x9fc00);
  CHECK(raw(boot.memory.items[1].start) == 0x100000);
}

TEST_CASE("loaders: Linux, fields of 64 bits have both halves") {
  Linux params;
  params.info.set(0x218, 0x1000u).set(0x0c0, 1u).set(0x21c, 0u).set(0x0c4, 2u);
  Boot boot;
  REQUIRE(load(kLinuxMagic, params.info, boot));
  CHECK(raw(boot.module.start) == 0x1'0000'1000);
  CHECK(boot.module.length == 0x2'0000'0000);  // too long: refused where it would be copied
}

TEST_CASE("loaders: Linux, nothing but a signature") {
  Bytes info(4096);
  info.set(0x202, kLinuxMagic);
  Boot boot;
  CHECK(load(kLinuxMagic, info, boot) == Interface::linux_boot);
  CHECK(boot.command_line.empty());
  CHECK(boot.module.length == 0);
  CHECK(raw(boot.rsdp) == 0);
  CHECK(boot.memory.count == 0);
}

TEST_CASE("loaders: what is no protocol's") {
  Boot boot;
  Linux params;
  CHECK_FALSE(load(0, params.info, boot));  // it didn't come in by that entry
  params.info.set(0x202, kLinuxMagic + 1);
  CHECK_FALSE(load(kLinuxMagic, params.info, boot));
  CHECK(boot.command_line.empty());
  CHECK(boot.memory.count == 0);
}

TEST_CASE("loaders: Linux, more regions than there is room for in the page") {
  Linux params;
  for (unsigned i = 0; i < 128; ++i) params.add(std::uint64_t{i} << 24, 0x1000, 1);
  Boot boot;
  CHECK(load(kLinuxMagic, params.info, boot));
  CHECK(boot.memory.count == 64);
  CHECK(boot.memory.overflowed);  // which hv refuses in a sentence
  params.info.set(0x1e8, std::uint8_t{129});
  Boot other;
  CHECK_FALSE(load(kLinuxMagic, params.info, other));
  CHECK(other.memory.count == 0);
}

TEST_CASE_TEMPLATE("loaders: regions that are none are left out, neighbours become one", Protocol, Pvh, Linux) {
  Protocol protocol;
  protocol.add(0x100000, 0, 1);                        // empty
  protocol.add(0x200000, ~0ull, 1);                    // beyond the last address
  protocol.add(~0ull, 2, 1);                           // likewise
  protocol.add(0xffff'ffff'0000'0000, 1ull << 32, 1);  // up to it
  protocol.add(0x300000, 0x1000, 0);                   // of no type, as qboot has one
  protocol.add(0x400000, 0x1000, 0xffff'ffff);
  protocol.add(0x500000, 0x1000, 1);
  protocol.add(0x501000, 0x2000, 1);
  Boot boot;
  REQUIRE(load(kLinuxMagic, protocol.info, boot));
  REQUIRE(boot.memory.count == 1);
  CHECK(raw(boot.memory.items[0].start) == 0x500000);
  CHECK(boot.memory.items[0].length == 0x3000);
}

TEST_CASE("loaders: multiboot2, and lengths that lie") {
  // Total size; a command line; two modules; a memory map of one region; the end.
  Bytes info(128);
  info.set(0, 104u);
  info.set(8, 1u).set(12, 12u).set(16, std::uint32_t{'a' | 'b' << 8 | 'c' << 16});
  info.set(24, 3u).set(28, 17u).set(32, 0x5000u).set(36, 0x5010u);
  info.set(48, 6u)
      .set(52, 40u)
      .set(56, 24u)
      .set(64, std::uint64_t{0x100000})
      .set(72, std::uint64_t{0x1000})
      .set(80, 1u);
  info.set(88, 14u).set(92, 8u);
  info.set(96, 0u).set(100, 8u);
  Boot boot;
  SUBCASE("as it should be") {
    CHECK(load(kMultiboot2Magic, info, boot) == Interface::multiboot2);
    CHECK(boot.command_line == "abc");
    CHECK(raw(boot.module.start) == 0x5000);
    CHECK(boot.module.length == 16);
    CHECK(boot.memory.count == 1);
    CHECK(raw(boot.rsdp) == info.address() + 96);
    return;
  }
  SUBCASE("a tag that is shorter than its head") { info.set(28, 7u); }
  SUBCASE("a tag that goes on behind the end") { info.set(28, 0xffff'fffdu); }
  SUBCASE("entries of the map that are longer than it") { info.set(56, 0xffff'fff8u); }
  SUBCASE("entries of the map that are too short") { info.set(56, 23u); }
  SUBCASE("no end") { info.set(0, 96u); }
  SUBCASE("nothing at all") { info.set(0, 0u); }
  CHECK_FALSE(load(kMultiboot2Magic, info, boot));
}
