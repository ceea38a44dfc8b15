// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "boot/boot_info.h"
#include "boot/checkpoint.h"

using namespace wick;

namespace {

/// Builds a BootInfo piece by piece.
class Builder {
 public:
  Builder() : bytes_(sizeof(BootInfo)) {}

  template <typename Payload>
  Builder& add(BootTag tag, const Payload& payload, std::uint16_t flags = 0) {
    return add_bytes(tag, &payload, sizeof(payload), flags);
  }
  Builder& add_bytes(BootTag tag, const void* payload, std::size_t length, std::uint16_t flags = 0) {
    const BootEntry head{tag, flags, static_cast<std::uint32_t>(length)};
    append(&head, sizeof(head));
    append(payload, length);
    bytes_.resize((bytes_.size() + 7) & ~7ull);
    return *this;
  }
  Builder& usual() {
    add(BootTag::memory, MemoryEntry{Gpa{0x100000}, 0x10000, MemoryKind::heap, 0});
    return add(BootTag::pages, PagesEntry{Gpa{0x1000}, Gpa{0x2000}, Gpa{0x3000}});
  }
  const BootInfo* finish() {
    add_bytes(BootTag::end, nullptr, 0);
    auto* info = reinterpret_cast<BootInfo*>(bytes_.data());
    *info = {kBootInfoMagic, kAbiMajor, kAbiMinor, static_cast<std::uint32_t>(bytes_.size())};
    return info;
  }
  BootInfo* info() { return reinterpret_cast<BootInfo*>(bytes_.data()); }

 private:
  void append(const void* from, std::size_t count) {
    const auto* start = static_cast<const std::uint8_t*>(from);
    bytes_.insert(bytes_.end(), start, start + count);
  }
  std::vector<std::uint8_t> bytes_;
};

std::string complaint(const BootInfo* info) {
  boot::Facts facts;
  memory::Heap heap;
  const char* wrong = boot::read(info, facts, heap);
  return wrong ? wrong : "";
}

}  // namespace

TEST_CASE("A usual BootInfo is understood") {
  Builder builder;
  const std::string line = "wick.exit_port=0x501";
  builder.usual().add_bytes(BootTag::command_line, line.data(), line.size());
  builder.add(BootTag::memory, MemoryEntry{Gpa{0x80000}, 0x8000, MemoryKind::dma, 0});
  std::uint8_t seed[32] = {1, 2, 3};
  builder.add(BootTag::seed, seed);
  for (int i = 0; i < 3; i++) {
    DeviceEntry device{};
    device.kind = DeviceKind::network;
    device.windows[0].length = static_cast<std::uint64_t>(i);
    builder.add(BootTag::device, device);
  }
  boot::Facts facts;
  memory::Heap heap;
  CHECK(boot::read(builder.finish(), facts, heap) == nullptr);
  CHECK(facts.command_line == line);
  CHECK(heap.size() == 0x10000);
  CHECK(facts.dma.length == 0x8000);
  CHECK(facts.seed.size() == 32);
  CHECK(boot::find(*facts.info, BootTag::seed).data() == facts.seed.data());
  CHECK(boot::find(*facts.info, BootTag::configuration).empty());
  std::uint64_t devices = 0;
  boot::for_each<DeviceEntry>(*facts.info, BootTag::device,
                              [&](const DeviceEntry& device) { CHECK(device.windows[0].length == devices++); });
  CHECK(devices == 3);
}

TEST_CASE("Broken BootInfos are refused with a sentence") {
  CHECK(complaint(nullptr) != "");
  Builder wrong_magic;
  wrong_magic.usual().finish();
  wrong_magic.info()->magic++;
  CHECK(complaint(wrong_magic.info()).find("magic") != std::string::npos);
  Builder wrong_major;
  wrong_major.usual().finish();
  wrong_major.info()->major++;
  CHECK(complaint(wrong_major.info()).find("major version") != std::string::npos);
  CHECK(complaint(Builder().add(BootTag::pages, PagesEntry{Gpa{1}, Gpa{2}, Gpa{3}}).finish()).find("heap") !=
        std::string::npos);
  CHECK(complaint(Builder().add(BootTag::memory, MemoryEntry{Gpa{4096}, 4096, MemoryKind::heap, 0}).finish())
            .find("page") != std::string::npos);
  CHECK(complaint(Builder().usual().add_bytes(BootTag::seed, "short", 5).finish()).find("seed") != std::string::npos);
  CHECK(complaint(Builder().usual().add_bytes(BootTag::device, "short", 5).finish()).find("device") !=
        std::string::npos);
}

TEST_CASE("Unknown entries are skipped unless they are required") {
  CHECK(complaint(Builder().usual().add(BootTag{99}, std::uint64_t{7}).finish()) == "");
  CHECK(complaint(Builder().usual().add(BootTag{99}, std::uint64_t{7}, kTagRequired).finish()).find("required") !=
        std::string::npos);
}

TEST_CASE("An entry that leaves BootInfo is refused") {
  Builder builder;
  builder.usual();
  const BootEntry head{BootTag::command_line, 0, 1000};
  builder.add_bytes(BootTag::end, &head, 0);
  builder.finish();
  std::memcpy(reinterpret_cast<char*>(builder.info()) + builder.info()->size - 2 * sizeof(head), &head, sizeof(head));
  CHECK(complaint(builder.info()).find("leaves") != std::string::npos);
}

TEST_CASE("A generation entry is found where it stands, and one that is cut short refused") {
  Builder builder, cut;
  builder.add(BootTag::generation, GenerationEntry{1, 2}).usual();
  boot::Facts facts;
  memory::Heap heap;
  REQUIRE(boot::read(builder.finish(), facts, heap) == nullptr);
  REQUIRE(facts.generation);
  CHECK(facts.generation->memory == 2);
  CHECK(complaint(cut.add_bytes(BootTag::generation, "12345678", 8).usual().finish()) ==
        "BootInfo's generation entry is too short");
}

TEST_CASE("Lives are told apart by the generation alone, and counted on from the one that was kept") {
  GenerationEntry generation{7, 7};
  boot::begin_lives(&generation);
  const auto first = boot::life();
  CHECK(boot::life() == first);
  const auto returns = boot::returns();
  generation.memory = 8;
  CHECK(boot::life() == first + 1);
  CHECK(boot::life() == first + 1);
  CHECK(boot::returns() == returns + 1);
  generation.copy = 8;
  CHECK(boot::returns() == returns + 1);  // suspended and gone on: memory and disks agree
  CHECK(boot::life() == first + 2);
  boot::begin_lives(nullptr);
  CHECK(boot::life() == first + 2);
}
