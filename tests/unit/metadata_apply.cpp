// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "boot/arguments.h"
#include "boot/config.h"
#include "boot/layers.h"
#include "metadata/apply.h"

using namespace wick;

namespace {

constexpr fs::RomEntry kEntries[] = {{"/", nullptr, 0, S_IFDIR | 0555, 0}, {"/motd", "m", 1, S_IFREG | 0444, 0}};
fs::RomTable the_root;

unsigned rooms_left;
void* some_room(std::size_t bytes) { return rooms_left && rooms_left-- ? std::malloc(bytes) : nullptr; }

}  // namespace

// The root file system's, of which this is all.
fs::Rom fs::rom() { return the_root.entries ? Rom({the_root.entries, the_root.count}) : Rom(kEntries); }
void fs::use_as_root(const RomTable& table) { the_root = table; }

TEST_CASE("An instance's data is in force as a whole, or nothing of it is") {
  char** const environment = environ;
  REQUIRE(config::set_layers("name=a\narg=baked\nenv.A=baked\n", "", "") == nullptr);
  boot::Arguments before{};
  REQUIRE(boot::make_arguments(before, std::malloc));
  boot::use_arguments(before);
  for (const unsigned rooms : {0u, 1u, 2u}) {
    CAPTURE(rooms);
    metadata::Instance instance;
    REQUIRE(instance.set("arg", "given") == nullptr);
    REQUIRE(instance.set("env.A", "given") == nullptr);
    char* content;
    REQUIRE(instance.add_file("/etc/key", 0600, 1, content) == nullptr);
    *content = 'k';
    instance.end_file(1);
    rooms_left = rooms;
    const char* const wrong = metadata::apply(instance, some_room);
    const bool fits = rooms == 2;
    CHECK((wrong ? std::string(wrong) : "") == (fits ? "" : "the heap is too small for the arguments"));
    CHECK(config::get("arg") == (fits ? "given" : "baked"));
    CHECK(boot::arguments().values[1] == std::string(fits ? "given" : "baked"));
    CHECK(environ[0] == std::string(fits ? "A=given" : "A=baked"));
    CHECK((fs::rom().find("/etc/key") != nullptr) == fits);
    if (!fits) continue;
    std::free(boot::arguments().values);
    std::free(boot::arguments().environment);
    fs::discard(the_root);
    std::free(const_cast<char*>(instance.settings().data()));
    std::free(const_cast<char*>(instance.files()[0].path));
  }
  REQUIRE(config::set_layers("", "", "") == nullptr);
  std::free(before.values);
  std::free(before.environment);
  environ = environment;
}
