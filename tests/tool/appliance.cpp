// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Appliances that run themselves: their files' names, putting them together and taking them apart, their budget.
#include "image/appliance.h"

#include <doctest.h>

#include "abi/host/checksum.h"
#include "image/facts.h"
#include "manifest/manifest.h"

using namespace wick::tool;

namespace {

const fs::path kProject = fs::path(WICK_MANIFEST_TESTS) / "project";

std::string image_behind(const std::string& wall) {
  return parse_manifest("[appliance]\nname = \"demo\"\n[application]\nsources = [\"main.c\"]\n[platform]\nwall = \"" +
                            wall + "\"\n",
                        kProject)
      .value()
      .image;
}

}  // namespace

TEST_CASE("CRC-32C is not CRC-32") {
  CHECK(wick::crc32c("123456789") == 0xe3069283);
  CHECK(wick::crc32("123456789") == 0xcbf43926);
}

TEST_CASE("what runs itself is told apart by its name") {
  CHECK(image_behind("none") == "demo");
  CHECK(image_behind("ring") == "demo");
  CHECK(image_behind("hosted") == "demo.appliance");
  CHECK(image_behind("process") == "demo-process.appliance");
}

TEST_CASE("an appliance's guest begins with a page and is found again") {
  for (const std::size_t monitor : {1u, 4096u, 5000u}) {
    const std::string file = compose_appliance(std::string(monitor, 'm'), "guest");
    auto place = guest_place(file, "demo.appliance").value();
    CHECK(place.offset == (monitor + 4095) / 4096 * 4096);
    CHECK(file.substr(place.offset, place.length) == "guest");
  }
}

TEST_CASE("other files have no guest, spoilt appliances are refused") {
  CHECK(guest_place("", "x").value().offset == 0);
  CHECK(guest_place(std::string(100, '\0'), "x").value().offset == 0);
  const std::string file = compose_appliance("monitor", "guest");
  CHECK(guest_place(file.substr(0, file.size() - 1), "x").value().offset == 0);
  CHECK(!guest_place(file.substr(1), "x"));
  std::string changed = file;
  changed[4096] ^= 1;
  CHECK(guest_place(changed, "x").error().sentence == "x is an appliance that was cut short or altered.");
}

TEST_CASE("a monitor's pages and tables count") {
  ImageFacts facts;
  facts.memory = 64 << 20;
  facts.image_end = 2 << 20;
  facts.wall = wick::Wall::ring;
  CHECK(facts.needed() == 2u << 20);
  facts.wall = wick::Wall::hosted;
  CHECK(facts.monitor_share() == 4096 * (15 + 1 + 2 + 1 + 48 + 2));
  CHECK(facts.needed() == (2u << 20) + facts.monitor_share());
  facts.memory = (3u << 30) - 4096;  // a directory for each GiB that is begun
  CHECK(facts.monitor_share() == 4096 * (15 + 1 + 2 + 3 + 48 + 48));
  facts.wall = wick::Wall::process;
  CHECK(facts.monitor_share() == 4096 * 15);
}
