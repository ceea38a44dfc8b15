// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From when on `wick doctor` remarks on the authorities that manifests embed.
#include "base/authorities.h"

#include <doctest.h>
#include <unistd.h>

using namespace wick::tool;

namespace {

void put(const fs::path& folder, const char* name, std::chrono::days age) {
  fs::create_directories(folder);
  REQUIRE(write_file(folder / name, "a certificate"));
  fs::last_write_time(folder / name, fs::file_time_type::clock::now() - age - std::chrono::hours(1));
}

}  // namespace

TEST_CASE("authorities are as old as the newest of them, and old after a year") {
  char made[] = "/tmp/wick-authorities-XXXXXX";
  const fs::path root = mkdtemp(made);
  CHECK(!age_of_authorities(root / "nothing").there);
  CHECK(!age_of_authorities(root).there);
  put(root / "mozilla", "one.crt", std::chrono::days(400));
  CHECK(age_of_authorities(root).there);
  CHECK(age_of_authorities(root).age == std::chrono::days(400));
  CHECK(age_of_authorities(root).old);
  put(root / "other", "two.crt", std::chrono::days(365));
  CHECK(age_of_authorities(root).age == std::chrono::days(365));
  CHECK(!age_of_authorities(root).old);
  fs::remove_all(root);
}
