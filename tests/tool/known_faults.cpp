// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The list of published faults beside versions that have them, and those that don't.
#include "base/known_faults.h"

#include <doctest.h>
#include <unistd.h>

#include <string>

using namespace wick::tool;

namespace {

/// A tree with wraps and a list, gone with the test.
struct Tree {
  Tree() {
    char made[] = "/tmp/wick-faults-XXXXXX";
    root = mkdtemp(made);
    fs::create_directories(root / "subprojects");
    fs::create_directories(root / "tools/wick");
  }
  ~Tree() { fs::remove_all(root); }
  void wrap(const std::string& name, const std::string& folder) const {
    REQUIRE(write_file(root / "subprojects" / (name + ".wrap"), "[wrap-file]\ndirectory = " + folder + "\n"));
  }
  void list(const std::string& lines) const {
    REQUIRE(write_file(root / "tools/wick/known_faults.txt", "# a comment\n\n" + lines));
  }

  fs::path root;
};

}  // namespace

TEST_CASE("an old version with a published fault is told of, the one that mends it isn't") {
  Tree tree;
  tree.wrap("libslirp", "libslirp-v4.8.0");
  tree.wrap("lwip", "lwip-2.2.1");
  tree.wrap("two-words", "two-words-1.10");
  tree.list(
      "checked 2026-11-27\nlibslirp 4.9.2 built a guest reaches memory\nlwip 2.2.1 built mended here\n"
      "two-words 1.9 built mended before\nabsent none built nobody has it\n");
  auto faults = known_faults(tree.root).value();
  CHECK(faults.checked == "2026-11-27");
  CHECK(faults.libraries == 3);
  CHECK(faults.open == std::vector<std::string>{"libslirp 4.8.0: a guest reaches memory (fixed in 4.9.2, built)"});
  CHECK(faults.harmless.empty());
  tree.wrap("libslirp", "libslirp-4.10.0");
  CHECK(known_faults(tree.root).value().open.empty());
}

TEST_CASE("a fault that no release is without counts by where it lies") {
  Tree tree;
  tree.wrap("musl", "musl-1.2.5");
  tree.list("checked 2026-11-27\nmusl none unused qsort\nmusl none guarded something\nmusl none built printf\n");
  const auto faults = known_faults(tree.root).value();
  CHECK(faults.open == std::vector<std::string>{"musl 1.2.5: printf (no release is without it, built)"});
  CHECK(faults.harmless.size() == 2);
}

TEST_CASE("a list that says nothing is a fault of its own") {
  Tree tree;
  CHECK(!known_faults(tree.root));
  tree.list("lwip 2.2.2 built a fault\n");
  CHECK(known_faults(tree.root).error().sentence.ends_with("known_faults.txt has no date."));
  tree.list("checked 2026-11-27\nlwip 2.2.2 a fault\n");
  CHECK(known_faults(tree.root).error().sentence.ends_with(
      "known_faults.txt:4: a line is LIBRARY VERSION|none built|guarded|unused SENTENCE."));
}
