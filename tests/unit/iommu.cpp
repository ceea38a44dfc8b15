// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What devices reach through the tables for VT-d and AMD-Vi: walked here as the specifications have it, page by page,
// and compared with the map that they were made from.
#include <doctest.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "devices/iommu/x86_64/amd_vi_registers.h"
#include "devices/iommu/x86_64/amd_vi_tables.h"
#include "devices/iommu/x86_64/vtd_tables.h"
#include "devices/masters.h"

using namespace wick;
using namespace wick::hv;

namespace {

constexpr std::uint64_t kMiB = 1 << 20, kGiB = 1 << 30, kFar = 1ull << 47, kFarther = 1ull << 52;
constexpr std::uint16_t kNic = 0x0010, kDisk = 0x0300;

struct Reach {
  bool read, write;
  bool operator==(const Reach&) const = default;
};
constexpr Reach kMalformed{false, true};  ///< a reserved bit or value: nothing that is ever wanted

/// Cleared memory for tables.
class Frames {
 public:
  explicit Frames(std::uint64_t length) : length_(length), start_(std::aligned_alloc(kPage, length)) {
    __builtin_memset(start_, 0, length);
  }
  ~Frames() { std::free(start_); }
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;
  MemoryRange range() const { return {Gpa{reinterpret_cast<std::uint64_t>(start_)}, length_}; }

 private:
  std::uint64_t length_;
  void* start_;
};

std::uint64_t word(std::uint64_t address) { return *reinterpret_cast<const std::uint64_t*>(address); }

constexpr std::uint64_t kFrame = 0x000ffffffffff000;

bool maps_onto_itself(std::uint64_t leaf, std::uint64_t address, std::uint64_t level) {
  const std::uint64_t span = 1ull << (3 + 9 * level);
  return (leaf & kFrame) == (address & ~(span - 1));
}

/// VT-d 3.3, §9.1, §9.3, §9.8.
Reach walk_vtd(std::uint64_t root, std::uint16_t requester, std::uint64_t address) {
  const auto bus = word(root + 16 * (requester >> 8));
  if (!(bus & 1)) return {};
  const auto context = (bus & kFrame) + 16 * (requester & 255);
  if (!(word(context) & 1)) return {};
  const auto levels = (word(context + 8) & 7) + 2, domain = word(context + 8) >> 8 & 0xffff;
  // Of the low bits only "present": faults are reported, untranslated requests only.
  if ((word(context) & 0xffe) != 0 || domain == 0) return kMalformed;
  if (address >> (12 + 9 * levels)) return {};
  std::uint64_t entry = word(context), rights = 3;
  for (auto level = levels; level > 0; --level) {
    entry = word((entry & kFrame) + 8 * (address >> (3 + 9 * level) & 511));
    rights &= entry;
    if ((entry & 3) == 0) return {};
    if (level > 1 && !(entry & 128)) continue;
    if (!maps_onto_itself(entry, address, level)) return kMalformed;
    break;
  }
  return {(rights & 1) != 0, (rights & 2) != 0};
}

/// 48882 3.07, §2.2.2.1 and §2.2.3.
Reach walk_amd(std::uint64_t table, std::uint16_t requester, std::uint64_t address) {
  constexpr std::uint64_t kBoth = 3ull << 61;
  const auto device = word(table + 32 * requester);
  if ((device & 3) != 3) return {true, true};  // no translation: everything passes
  std::uint64_t entry = device, rights = device & kBoth;
  auto level = device >> 9 & 7;
  if (level == 0) return {true, true};
  if (address >> (12 + 9 * level)) return {};
  while (level > 0) {
    entry = word((entry & kFrame) + 8 * (address >> (3 + 9 * level) & 511));
    if (!(entry & 1)) return {};
    rights &= entry;
    const auto next = entry >> 9 & 7;
    if (next >= level) return kMalformed;
    if (next == 0 && !maps_onto_itself(entry, address, level)) return kMalformed;
    level = next;
  }
  return {(rights >> 61 & 1) != 0, (rights >> 62 & 1) != 0};
}

Reach wanted(const Domain& domain, std::uint64_t address) {
  if (address - raw(domain.own.start) < domain.own.length) return {true, true};
  for (const auto& region : domain.guest)
    if (address - raw(region.start) < region.length)
      return {region.kind != RegionKind::tables, region.kind == RegionKind::dma};
  return {false, false};
}

/// As list_guest_memory() makes it, with odd ends and a heap over the first GiB's.
GuestMap usual_map() {
  GuestMap map;
  map.add({Gpa{0x110000}, 0x30000, Rights::read_execute, RegionKind::text});
  map.add({Gpa{0x145000}, 0x9000, Rights::read, RegionKind::constants});
  map.add({Gpa{0x14f000}, 0x41000, Rights::read_write, RegionKind::data});
  map.add({Gpa{0x191000}, 0x8000, Rights::read_write, RegionKind::stack});
  map.add({Gpa{0x200000}, 0x1f000, Rights::read, RegionKind::tables});
  map.add({Gpa{0x3f1000}, 0x511000, Rights::read_write, RegionKind::dma});
  map.add({Gpa{0x902000}, kGiB + 5 * kMiB, Rights::read_write, RegionKind::heap});
  return map;
}

struct Vtd {
  Vtd(const Domain& domain, vtd::Levels levels, const PciRequesters& masters) : frames(vtd::tables_length(domain)) {
    auto rest = frames.range();
    auto contexts = take_front(rest, (1 + PciRequesters::kCapacity) * kPage);
    PageTables<vtd::Format> tables;
    REQUIRE(ok(build_domain(tables, domain, rest)));
    const auto top = levels == vtd::Levels::four ? tables.root() : tables.three_level_root();
    root = vtd::build_root(masters, top, levels, contexts);
    REQUIRE(root != 0);
  }
  Reach walk(std::uint16_t requester, std::uint64_t address) const { return walk_vtd(root, requester, address); }

  Frames frames;
  std::uint64_t root;
};

struct AmdVi {
  AmdVi(const Domain& domain, const PciRequesters& masters)
      : frames(amd_vi::kDeviceTableBytes + kPage + domain_tables_length(domain)) {
    auto rest = frames.range();
    table = raw(take_front(rest, amd_vi::kDeviceTableBytes).start);
    const auto empty = raw(take_front(rest, kPage).start);
    PageTables<amd_vi::Format> tables;
    REQUIRE(ok(build_domain(tables, domain, rest)));
    auto* entries = reinterpret_cast<amd_vi::DeviceEntry*>(table);
    amd_vi::close_all(entries, empty);
    for (const auto master : masters) entries[master] = amd_vi::open(tables.root());
  }
  Reach walk(std::uint16_t requester, std::uint64_t address) const { return walk_amd(table, requester, address); }

  Frames frames;
  std::uint64_t table;
};

PciRequesters two_masters() {
  PciRequesters masters;
  masters.add(kNic);
  masters.add(kDisk);
  return masters;
}

template <typename Tables>
void check_all(const Tables& tables, const Domain& domain, std::uint64_t end) {
  unsigned wrong = 0;
  for (std::uint64_t page = 0; page < end; page += kPage) {
    const auto should = wanted(domain, page);
    for (const auto master : {kNic, kDisk}) wrong += tables.walk(master, page + 0xff8) != should;
  }
  CHECK(wrong == 0);
  for (const auto far : {4 * kGiB, 512 * kGiB, kFar, kFarther}) CHECK(tables.walk(kNic, far) == Reach{});
  for (unsigned requester = 0; requester < 0x10000; ++requester) {
    if (requester == kNic || requester == kDisk) continue;
    for (const std::uint64_t page : {0x0, 0x110000, 0x3f1000, 0x2000000})
      wrong += tables.walk(static_cast<std::uint16_t>(requester), page) != Reach{};
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("IOMMU: masters write to the DMA pools, read the guest's memory, and nobody reaches anything else") {
  const auto map = usual_map();
  const Domain domain{map, {Gpa{0x220000}, 0x1d1000}, true};
  const auto end = kGiB + 32 * kMiB;
  check_all(Vtd(domain, vtd::Levels::four, two_masters()), domain, end);
  check_all(Vtd(domain, vtd::Levels::three, two_masters()), domain, end);
  check_all(AmdVi(domain, two_masters()), domain, end);
}

TEST_CASE("IOMMU: units without large pages get small ones") {
  const auto map = usual_map();
  const Domain domain{map, {Gpa{0x220000}, 0x1d1000}, false};
  check_all(Vtd(domain, vtd::Levels::three, two_masters()), domain, kGiB + 32 * kMiB);
}

TEST_CASE("IOMMU: the memory for tables suffices for any map") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    GuestMap map;
    std::uint64_t at = kMiB;
    const auto piece = [&](std::uint64_t most) {
      at += random() % 8 * kPage * (random() % 600);
      const MemoryRange range{Gpa{at}, (1 + random() % most) * kPage};
      at += range.length;
      return range;
    };
    const auto own = piece(2000);
    for (unsigned i = 0; i < 12; ++i) {
      const auto range = piece(i == 11 ? 1'000'000 : 3000);
      map.add({range.start, range.length, Rights::read_write, i == 3 ? RegionKind::dma : RegionKind::heap});
    }
    const Domain domain{map, own, round % 2 == 0};
    const Frames frames(domain_tables_length(domain));
    PageTables<amd_vi::Format> tables;
    CHECK(ok(build_domain(tables, domain, frames.range())));
  }
}

TEST_CASE("IOMMU: masters are the functions that somebody drives, and no others") {
  Boot boot;
  const auto add = [&](DeviceKind kind, std::uint16_t function) {
    DeviceEntry device{};
    device.kind = kind;
    boot.add(device, function);
  };
  add(DeviceKind::network, 0x08);
  add(DeviceKind::entropy, 0x10);  // nobody's
  add(DeviceKind::network, 0);     // not on PCI, and takes a place all the same
  add(DeviceKind::network, 0x18);  // one too many
  add(DeviceKind::block, 0x20);
  add(DeviceKind::console, 0x28);
  add(DeviceKind::console, 0x30);
  choose_devices(boot, [](const DeviceEntry& device) {
    if (device.kind == DeviceKind::entropy) return 0u;
    return device.kind == DeviceKind::console ? 1u : 2u;
  });
  CHECK(std::vector(boot.masters.begin(), boot.masters.end()) == std::vector<std::uint16_t>{0x08, 0x20, 0x28});
  CHECK(std::vector(boot.functions.begin(), boot.functions.end()) == std::vector<std::uint16_t>{0x08, 0, 0x20, 0x28});
  CHECK(boot.devices.count == 4);
}

TEST_CASE("AMD-Vi: events and commands are laid out as specified") {
  constexpr amd_vi::Event write{2ull << 60 | 1ull << 53 | 5ull << 32 | 0x18, 0x1234000};
  static_assert(write.requester() == 0x18 && write.write());
  static_assert(!amd_vi::Event{2ull << 60 | 0x18, 0}.write());
  static_assert(amd_vi::completion_wait(0x5000).low == 0x1000000000005001);
  static_assert(amd_vi::invalidate_entry(0x18).low == 0x2000000000000018);
  static_assert(amd_vi::invalidate_domain(2).low == 0x3000000200000000);
  static_assert(amd_vi::invalidate_all().low == 0x8000000000000000);
}
