// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What hv and the hosted monitor remember of a guest's lives: seals, registers that come from outside, checkpoints.

#include <doctest.h>

#include <set>
#include <vector>

#include "arch/guest_format.h"
#include "backend/written.h"
#include "guest/life.h"
#include "monitor/guest/page_set.h"

using namespace wick;
using namespace wick::hv;

namespace {

constexpr std::uint64_t kPages = 4096;

GuestMap small_map() {
  GuestMap map;
  std::uint64_t at = 0x100000;
  for (const auto& [rights, kind] : {std::pair{Rights::read_execute, RegionKind::text},
                                     {Rights::read, RegionKind::constants},
                                     {Rights::read_write, RegionKind::data},
                                     {Rights::read_write, RegionKind::stack},
                                     {Rights::read, RegionKind::read_only},
                                     {Rights::read_write, RegionKind::shared},
                                     {Rights::read, RegionKind::tables},
                                     {Rights::read_write, RegionKind::dma},
                                     {Rights::read_write, RegionKind::heap}}) {
    map.add({Gpa{at}, 16 * kPages, rights, kind});
    at += 16 * kPages;
  }
  return map;
}

/// Pages that can't be written, as tables would have it.
struct Tables {
  std::set<std::uint64_t> sealed;
  std::size_t room = ~0ull;

  Status operator()(Gpa start, std::uint64_t length, bool writable) {
    for (std::uint64_t at = raw(start); at < raw(start) + length; at += kPages) {
      if (writable)
        sealed.erase(at);
      else if (sealed.size() < room)
        sealed.insert(at);
      else
        return Status::no_memory;
    }
    return Status::ok;
  }
};

const GuestMap kMap = small_map();
Gpa page_of(RegionKind kind, std::uint64_t number = 0) {
  return std::ranges::find(kMap, kind, &GuestRegion::kind)->start + number * kPages;
}

}  // namespace

TEST_CASE("seals: only what nobody but the guest writes can be sealed") {
  for (const auto kind : {RegionKind::text, RegionKind::constants, RegionKind::data, RegionKind::heap})
    CHECK(is_sealable(kMap, page_of(kind), 16 * kPages, 0));
  for (const auto kind :
       {RegionKind::stack, RegionKind::read_only, RegionKind::shared, RegionKind::tables, RegionKind::dma}) {
    CHECK_FALSE(is_sealable(kMap, page_of(kind), kPages, 0));
    CHECK_FALSE(is_sealable(kMap, page_of(kind, 15), kPages, 0));
  }
  CHECK(is_sealable(kMap, page_of(RegionKind::text), 3 * 16 * kPages, 0));
  CHECK_FALSE(is_sealable(kMap, page_of(RegionKind::data, 15), 2 * kPages, 0));
  CHECK_FALSE(is_sealable(kMap, page_of(RegionKind::heap, 15), 2 * kPages, 0));
  CHECK_FALSE(is_sealable(kMap, Gpa{~0ull - 4095}, 2 * kPages, 0));
  CHECK(is_sealable(kMap, page_of(RegionKind::heap), 4 * kPages, 4 * kPages));
  CHECK_FALSE(is_sealable(kMap, page_of(RegionKind::heap), 4 * kPages, 5 * kPages));  // no page but the first
  CHECK_FALSE(is_sealable(kMap, page_of(RegionKind::heap), 4 * kPages, kPages + 1));
  CHECK_FALSE(is_sealable(kMap, page_of(RegionKind::heap), 4 * kPages, 1ull << 63));
}

TEST_CASE("seals: a list goes back to an earlier one, and tables with it") {
  Tables tables;
  Seals seals;
  CHECK(ok(seals.add(kMap, page_of(RegionKind::text), kPages, 0, tables)));
  CHECK(tables.sealed.empty());  // it was never writable
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 4), 2 * kPages, 0, tables)));
  const Seals then = seals;
  const auto sealed_then = tables.sealed;
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 3), 4 * kPages, 0, tables)));  // around the older one
  CHECK(ok(seals.add(kMap, page_of(RegionKind::data), kPages, 0, tables)));
  CHECK(ok(seals.become(kMap, then, tables)));
  CHECK(tables.sealed == sealed_then);
  CHECK(ok(seals.become(kMap, {}, tables)));
  CHECK(tables.sealed.empty());
  CHECK(ok(seals.become(kMap, then, tables)));  // as a snapshot starts
  CHECK(tables.sealed == sealed_then);
}

TEST_CASE("seals: what tables have no room for is refused, and nothing has changed") {
  Tables tables;
  Seals seals;
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 2), 2 * kPages, 0, tables)));
  tables.room = 4;
  const auto before = tables.sealed;
  CHECK(seals.add(kMap, page_of(RegionKind::heap), 8 * kPages, 0, tables) == Status::no_memory);
  CHECK(tables.sealed == before);
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 2), kPages, 0, tables)));  // sealed already
}

TEST_CASE("seals: one page after the other is one seal; too many are refused") {
  Tables tables;
  Seals seals;
  for (unsigned i = 0; i < 16; ++i) CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, i), kPages, 0, tables)));
  CHECK(seals.end() - seals.begin() == 1);
  GuestMap large;
  large.add({Gpa{0}, 1 << 20, Rights::read_write, RegionKind::heap});
  Seals many;
  for (unsigned i = 0; i < Seals::kMax; ++i) CHECK(ok(many.add(large, Gpa{i * 2 * kPages}, kPages, 0, tables)));
  CHECK(many.add(large, Gpa{1 << 19}, kPages, 0, tables) == Status::no_memory);
  CHECK(many.fit(large));
  CHECK_FALSE(many.fit(kMap));
}

TEST_CASE("seals: the first page of each so many is one seal, and goes back as others do") {
  Tables tables;
  Seals seals;
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap), 12 * kPages, 4 * kPages, tables)));
  const auto guards = tables.sealed;
  CHECK(guards.size() == 3);
  for (const unsigned page : {0u, 4u, 8u}) CHECK(guards.contains(raw(page_of(RegionKind::heap, page))));
  CHECK(seals.end() - seals.begin() == 1);
  const Seals then = seals;
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap), 12 * kPages, 4 * kPages, tables)));  // sealed already
  CHECK(seals.end() - seals.begin() == 1);
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 12), kPages, 0, tables)));  // begins where it ends, and is another
  CHECK(ok(seals.add(kMap, page_of(RegionKind::heap, 1), kPages, 0, tables)));   // between two guards
  CHECK(seals.end() - seals.begin() == 3);
  CHECK(tables.sealed.size() == 5);
  CHECK(seals.fit(kMap));
  CHECK(ok(seals.become(kMap, then, tables)));
  CHECK(tables.sealed == guards);
  CHECK(ok(seals.become(kMap, {}, tables)));
  CHECK(tables.sealed.empty());
  tables.room = 2;
  CHECK(seals.add(kMap, page_of(RegionKind::heap), 12 * kPages, 4 * kPages, tables) == Status::no_memory);
  CHECK(tables.sealed.empty());
}

TEST_CASE("registers: of the flags only a program's own come in, and no address that none can have") {
  CHECK(own_flags(0) == kInitialFlags);
  CHECK(own_flags(~0ull) == (kInitialFlags | 0x240cd5));
  for (const unsigned bit : {8u, 12u, 13u, 14u, 16u, 17u, 19u, 20u}) CHECK(own_flags(1ull << bit) == kInitialFlags);
  CHECK(is_canonical(0x00007fffffffffff));
  CHECK(is_canonical(0xffff800000000000));
  CHECK_FALSE(is_canonical(0x0000800000000000));
  CHECK_FALSE(is_canonical(0x4141414141414141));
  CHECK(is_good(ProcessorState{}));
  CHECK_FALSE(is_good(ProcessorState{1ull << 62, 0}));
  CHECK_FALSE(is_good(ProcessorState{0, 1ull << 47}));
  CHECK_FALSE(is_good(ProcessorState{0, 0, 0x10000}));
}

TEST_CASE("registers: a fault upcall begins as functions do, whatever the fault left of flags and stack") {
  CrashRegisters registers{};
  registers.rsp = 0x10007;
  registers.rflags = 0x40702;  // AC, DF, TF
  aim_at_upcall(registers, Gpa{0x1000}, Gpa{0x2000});
  CHECK(registers.rflags == kInitialFlags);
  CHECK(
      (registers.rip == 0x1000 && registers.rdi == 0x2000 && registers.rsp % 16 == 8 && registers.rsp < 0x10007 - 128));
}

TEST_CASE("lives: the first checkpoint counts unless the manifest says otherwise") {
  RestartNote note{};
  note.policy = RestartPolicy::restore;
  Lives lives;
  CHECK(ok(may_checkpoint(note, lives)));
  lives.checkpointed = true;
  CHECK(may_checkpoint(note, lives) == Status::denied);
  note.checkpoint = CheckpointPolicy::last;
  CHECK(ok(may_checkpoint(note, lives)));
}

TEST_CASE("lives: who was kept in a call of yield hears what is told again, as far as it waits for that") {
  CrashRegisters kept{};
  kept.rax = static_cast<std::uint64_t>(Call::checkpoint);
  CHECK(returned_registers(kept, 7).rdx == 7);
  kept.rax = static_cast<std::uint64_t>(Call::yield);
  kept.rsi = 0x301;
  CHECK(returned_registers(kept, 7).rdx == 0x300);
}

TEST_CASE("lives: a checkpoint keeps the watchdog's time, whatever is left of it") {
  const Lives lives{};
  Watchdog watchdog;
  CHECK(raw(keep(lives, {}, {}, watchdog).watchdog) == 0);
  watchdog.arm(Nanoseconds{1000}, Nanoseconds{5});
  (void)watchdog.expired(Nanoseconds{600});
  CHECK(raw(keep(lives, {}, {}, watchdog).watchdog) == 1000);
  watchdog.arm(Nanoseconds{0}, Nanoseconds{700});
  CHECK(raw(keep(lives, {}, {}, watchdog).watchdog) == 0);
}

TEST_CASE("page tables: what seals have split is whole again, and its frame to be had") {
  constexpr std::size_t kFrames = 6;
  std::vector<std::uint8_t> memory((kFrames + 1) * kPages);
  const auto start = (reinterpret_cast<std::uint64_t>(memory.data()) + kPages - 1) & ~(kPages - 1);
  PageTables<GuestFormat> tables;
  tables.start({Gpa{start}, kFrames * kPages});  // root, two directories, and three to split with
  constexpr std::uint64_t kEnd = 8 << 20;
  REQUIRE(ok(tables.map(0, kEnd, 0, guest_bits(Rights::read_write))));
  std::uint64_t span;
  const auto writable = [&](std::uint64_t at) { return (*tables.leaf(at, span) & kWrite) != 0; };
  for (unsigned round = 0; round < 5; ++round) {
    CHECK(ok(tables.set_writable(0x201000, 0x202000, false)));
    CHECK(ok(tables.set_writable(0x401000, 0x402000, false)));
    CHECK(ok(tables.set_writable(0x601000, 0x602000, false)));
    CHECK(tables.set_writable(0x1000, 0x2000, false) == Status::no_memory);
    CHECK_FALSE(writable(0x201000));
    CHECK(span == kPages);
    CHECK(writable(0x202000));
    tables.settle(Splits::join_all);
    CHECK(writable(0x201000));
    CHECK(span == kLargePage);
  }
  CHECK(ok(tables.set_writable(0x201000, 0x202000, false)));
  tables.settle(Splits::keep);
  CHECK(ok(tables.set_writable(0x401000, 0x402000, false)));
  tables.settle(Splits::join);
  CHECK(writable(0x401000));
  CHECK_FALSE(writable(0x201000));
  CHECK(ok(tables.set_writable(0x201000, 0x202000, true)));
  CHECK(writable(0x201000));
}

TEST_CASE("page tables: a page within a GiB is sealed alone") {
  std::vector<std::uint8_t> memory(5 * kPages);
  const auto start = (reinterpret_cast<std::uint64_t>(memory.data()) + kPages - 1) & ~(kPages - 1);
  PageTables<GuestFormat> tables;
  tables.start({Gpa{start}, 4 * kPages});
  REQUIRE(ok(tables.map(0, kLargePage, 0, guest_bits(Rights::read_write))));  // root and two directories
  auto* directory = reinterpret_cast<std::uint64_t*>(start + kPages);
  directory[1] = kTableSpan | guest_bits(Rights::read_write) | GuestFormat::large;
  CHECK(tables.set_writable(kTableSpan + 0x5000, kTableSpan + 0x6000, false) == Status::no_memory);  // it takes two
  std::vector<std::uint8_t> more(6 * kPages);
  tables.start({Gpa{(reinterpret_cast<std::uint64_t>(more.data()) + kPages - 1) & ~(kPages - 1)}, 5 * kPages},
               reinterpret_cast<std::uint64_t*>(start));
  directory[1] = kTableSpan | guest_bits(Rights::read_write) | GuestFormat::large;
  CHECK(ok(tables.set_writable(kTableSpan + 0x5000, kTableSpan + 0x6000, false)));
  std::uint64_t span;
  CHECK(*tables.leaf(kTableSpan + 0x5000, span) == ((kTableSpan + 0x5000) | kPresent | kUser | kNoExecute));
  CHECK(span == kPages);
  CHECK(*tables.leaf(kTableSpan + 0x6000, span) == ((kTableSpan + 0x6000) | guest_bits(Rights::read_write)));
  CHECK((*tables.leaf(kTableSpan + 3 * kLargePage, span) & kWrite) != 0);
  CHECK(span == kLargePage);
}

TEST_CASE("written: what devices were given is told once, in whole pages of DMA memory and no further") {
  for (const std::uint64_t length : {16ull << 12, (1ull << 26) + 4096, 1ull << 30}) {
    static Written written;
    written = {};
    std::uint64_t sum = 0;
    const auto count = [&](Gpa start, std::uint64_t bytes) {
      CHECK(raw(start) >= 0x200000);
      CHECK(raw(start) + bytes <= 0x200000 + length);
      sum += bytes;
    };
    written.add(Gpa{0x200000}, 100);
    written.take(count);
    CHECK(sum == 0);  // nobody has asked for it
    written.start({Gpa{0x200000}, length});
    written.add(Gpa{0x200000 + 4095}, 2);
    written.add(Gpa{0x200000 + length - 1}, 1);
    written.take(count);
    CHECK(sum >= 3 * 4096 - (length > 1 << 26 ? 2 * 4096 : 0));
    CHECK(sum <= 3 * (length >> 14) + 3 * 4096);
    sum = 0;
    written.take(count);
    CHECK(sum == 0);
  }
}

TEST_CASE("page set: knows what was added, and nothing beyond its room") {
  monitor::PageSet pages;
  pages.add(3);
  CHECK_FALSE(pages.has(3));
  pages.make(100);
  pages.add(3);
  pages.add(99);
  CHECK((pages.has(3) && pages.has(99)));
  CHECK_FALSE((pages.has(2) || pages.has(64) || pages.has(1000)));
}
