// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The ACPI tables DMAR and IVRS, as firmware writes them.
#include <doctest.h>

#include <vector>

#include "arch/paging.h"
#include "devices/iommu/units.h"

using namespace wick;
using namespace wick::hv;

// Tables lie in the test's own memory.
bool wick::hv::is_mapped(Gpa) { return true; }
bool wick::hv::map_memory(Gpa, std::uint64_t, Rights) { return false; }

namespace {

/// Bytes in order, little-endian.
class Table {
 public:
  explicit Table(const char (&signature)[5]) : bytes_(48) { __builtin_memcpy(bytes_.data(), signature, 4); }
  template <typename... Words>
  Table& add(Words... words) {
    (append(&words, sizeof words), ...);
    return *this;
  }
  AcpiTable acpi() {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    __builtin_memcpy(bytes_.data() + 4, &length, sizeof length);
    return AcpiTable(Gpa{reinterpret_cast<std::uint64_t>(bytes_.data())});
  }

 private:
  void append(const void* from, std::size_t count) {
    const auto* start = static_cast<const std::uint8_t*>(from);
    bytes_.insert(bytes_.end(), start, start + count);
  }
  std::vector<std::uint8_t> bytes_;
};

using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

}  // namespace

TEST_CASE("DMAR: every remapping unit is found among reserved memory and device scopes") {
  Table table("DMAR");
  table.add(U16{0}, U16{24}, U8{0}, U8{0}, U16{0}, U64{0xfed90000}, U64{0x0000'0000'0000'0801});  // with a scope
  table.add(U16{1}, U16{24}, U16{0}, U16{0}, U64{0x7b800000}, U64{0x7bffffff});                   // RMRR
  table.add(U16{0}, U16{16}, U8{1}, U8{0}, U16{3}, U64{0x12'fed91000});
  const auto units = read_dmar(table.acpi());
  REQUIRE(units.count == 2);
  CHECK(units.items[0].registers == Gpa{0xfed90000});
  CHECK(units.items[0].segment == 0);
  CHECK(units.items[1].registers == Gpa{0x12'fed91000});
  CHECK(units.items[1].segment == 3);
}

TEST_CASE("IVRS: units that are described up to three times are taken once") {
  Table table("IVRS");
  for (const U16 type : {0x10, 0x11, 0x40}) {
    table.add(static_cast<U8>(type), U8{0xb1}, U16(type == 0x10 ? 24 : 40), U16{2}, U16{0x40}, U64{0xfd200000}, U16{0},
              U16{0}, U32{0});
    if (type != 0x10) table.add(U64{0}, U64{0});
  }
  table.add(U8{0x21}, U8{0}, U16{32}, U16{0x18}, U16{0}, U64{0}, U64{0x1000}, U64{0x1000});  // IVMD
  table.add(U8{0x10}, U8{0}, U16{24}, U16{0x2002}, U16{0x40}, U64{0xfd300000}, U16{1}, U16{0}, U32{0});
  const auto units = read_ivrs(table.acpi());
  REQUIRE(units.count == 2);
  CHECK(units.items[0].registers == Gpa{0xfd200000});
  CHECK(units.items[0].function == 2);
  CHECK(units.items[0].flags == 0xb1);
  CHECK(units.items[1].segment == 1);
  CHECK(units.items[1].function == 0x2002);
}

TEST_CASE("DMAR and IVRS: no table, cut entries and entries without length give no unit") {
  CHECK(read_dmar(AcpiTable()).count == 0);
  CHECK(read_ivrs(AcpiTable()).count == 0);
  Table cut("DMAR"), endless("DMAR"), short_one("DMAR");
  CHECK(read_dmar(cut.add(U16{0}, U16{16}, U8{0}, U8{0}, U16{0}, U32{0xfed90000}).acpi()).count == 0);
  CHECK(read_dmar(endless.add(U16{0}, U16{0}, U64{0}, U64{0}).acpi()).count == 0);
  CHECK(read_dmar(short_one.add(U16{0}, U16{8}, U8{0}, U8{0}, U16{0}).acpi()).count == 0);
  Table many("DMAR");
  for (unsigned i = 0; i < 40; ++i) many.add(U16{0}, U16{16}, U8{0}, U8{0}, U16{0}, U64{0xfed90000 + i * 4096});
  CHECK(read_dmar(many.acpi()).overflowed);
}
