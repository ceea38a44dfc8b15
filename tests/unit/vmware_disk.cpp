// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A PVSCSI adapter that can't be driven, by registers that remember what was written.

#include <doctest.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "virtio_fake.h"
#include "vmware/block.h"

using namespace wick;
using namespace wick::test;
using drivers::vmware::DiskAdapter;
using drivers::vmware::kAdapterBytes;

TEST_CASE("PVSCSI: an adapter that sends no messages or shows too few registers is refused, and not touched") {
  FakePool memory(1 << 17);
  std::vector<std::uint8_t> registers(kAdapterBytes);
  DeviceEntry entry{};
  entry.bus = Bus::pci;
  entry.kind = DeviceKind::block;
  entry.event_count = 1;
  entry.windows[0] = {drivers::device_address(registers.data()), registers.size()};
  SUBCASE("a line") { entry.by_line = 1; }
  SUBCASE("no interrupt") { entry.event_count = 0; }
  SUBCASE("too few registers") { --entry.windows[0].length; }
  const auto tables = std::make_unique<DiskAdapter::Tables>();
  DiskAdapter adapter;
  const char* trouble = "";
  CHECK(adapter.start({entry, memory.pool, 16, nullptr}, *tables, trouble) == Status::bad_argument);
  CHECK(std::string_view(trouble) == "the disk adapter shows too few registers or sends no messages");
  CHECK(std::ranges::count(registers, 0) == static_cast<std::ptrdiff_t>(registers.size()));
}
