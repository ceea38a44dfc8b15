// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Every tests/manifest/FAULT.toml has one fault. What the tool says of it stands in FAULT.txt: line, column, one
// sentence and a hint. Manifests below good/ have none.
#include <doctest.h>

#include <algorithm>
#include <vector>

#include "manifest/manifest.h"

using namespace wick::tool;

namespace {

const fs::path kFolder = WICK_MANIFEST_TESTS;
const fs::path kProject = kFolder / "project";

std::vector<fs::path> manifests(const fs::path& folder) {
  std::vector<fs::path> list;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") list.push_back(entry.path());
  }
  std::ranges::sort(list);
  return list;
}

}  // namespace

TEST_CASE("each fault is told by place, sentence and hint") {
  auto list = manifests(kFolder);
  CHECK(list.size() >= 45);
  for (const fs::path& file : list) {
    CAPTURE(file.stem().string());
    auto manifest = parse_manifest(read_file(file).value(), kProject);
    REQUIRE(!manifest);
    std::string prefix = (kProject / kManifestName).string() + ":";
    REQUIRE(manifest.error().location.starts_with(prefix));
    std::string said = manifest.error().location.substr(prefix.size()) + ": " + manifest.error().sentence +
                       "\nhint: " + manifest.error().hint + "\n";
    fs::path expected = file;
    CHECK(said == read_file(expected.replace_extension(".txt")).value());
  }
}

TEST_CASE("every message is one sentence with one hint") {
  for (const fs::path& file : manifests(kFolder)) {
    CAPTURE(file.stem().string());
    auto error = parse_manifest(read_file(file).value(), kProject).error();
    CHECK(error.sentence.ends_with("."));
    CHECK(!error.sentence.contains('\n'));
    CHECK(!error.hint.empty());
  }
}

TEST_CASE("good manifests are read") {
  for (const fs::path& file : manifests(kFolder / "good")) {
    CAPTURE(file.stem().string());
    auto manifest = parse_manifest(read_file(file).value(), kProject);
    CHECK_MESSAGE(manifest, (manifest ? "" : manifest.error().location + ": " + manifest.error().sentence));
  }
}
