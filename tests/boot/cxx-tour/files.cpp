// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// std::filesystem and file streams.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "check.h"
#include "parts.h"

namespace fs = std::filesystem;

void files() {
  const fs::path root = "/tmp/wick-tour";
  CHECK(fs::create_directories(root / "a/b") && fs::is_directory(root / "a/b") && !fs::exists(root / "none"));
  {
    std::ofstream out(root / "a/one.txt");
    out << "first " << 1.5 << '\n';
    CHECK(out.good());
  }
  CHECK(fs::file_size(root / "a/one.txt") == 10);
  std::ifstream in(root / "a/one.txt");
  std::string word;
  double number = 0;
  CHECK(in >> word >> number && word == "first" && number == 1.5);
  in.close();
  CHECK(fs::copy_file(root / "a/one.txt", root / "a/b/two.txt"));
  fs::rename(root / "a/b/two.txt", root / "three.txt");
  std::set<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    found.insert(entry.path().lexically_relative(root).string());
  CHECK((found == std::set<std::string>{"a", "a/b", "a/one.txt", "three.txt"}));
  fs::resize_file(root / "three.txt", 4);
  CHECK(fs::file_size(root / "three.txt") == 4);
  const auto time = fs::last_write_time(root / "three.txt");
  fs::last_write_time(root / "three.txt", time - std::chrono::hours(1));
  CHECK(fs::last_write_time(root / "three.txt") == time - std::chrono::hours(1));
  CHECK(fs::equivalent(root / "three.txt", root / "a/../three.txt") && fs::canonical(root / "a/..") == root);
  fs::current_path(root);
  CHECK(fs::absolute("a") == root / "a" && fs::temp_directory_path() == "/tmp" && fs::space(root).capacity > 0);
  std::error_code error;
  CHECK(!fs::remove(root / "none", error) && !error && !fs::create_directory(root / "x/y", error) &&
        error == std::errc::no_such_file_or_directory);
  bool thrown = false;
  try {
    (void)fs::file_size(root / "none");
  } catch (const fs::filesystem_error& wrong) {
    thrown = wrong.code() == std::errc::no_such_file_or_directory && wrong.path1() == root / "none";
  }
  CHECK(thrown);
  fs::current_path("/");
  CHECK(fs::remove_all(root) == 5 && !fs::exists(root));
}
