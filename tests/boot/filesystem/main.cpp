// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "check.h"

namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  CHECK(file.good());
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main() {
  CHECK(read("/data/text").starts_with("// SPDX"));
  CHECK(!std::ofstream("/data/text").is_open());

  CHECK(fs::create_directories("/tmp/a/b/c"));
  write("/tmp/a/one", "first\n");
  write("/tmp/a/b/two", "second\n");
  CHECK(fs::copy_file("/tmp/a/one", "/tmp/a/b/c/three"));
  CHECK(read("/tmp/a/b/c/three") == "first\n");
  {
    std::ofstream more("/tmp/a/one", std::ios::app);
    more << "more\n";
  }
  std::fstream both("/tmp/a/one");
  std::string line;
  CHECK(std::getline(both, line) && std::getline(both, line) && line == "more");
  both.close();

  std::set<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator("/tmp/a")) found.insert(entry.path().string());
  CHECK((found == std::set<std::string>{"/tmp/a/b", "/tmp/a/b/c", "/tmp/a/b/c/three", "/tmp/a/b/two", "/tmp/a/one"}));

  CHECK(fs::file_size("/tmp/a/one") == 11 && fs::is_directory("/tmp/a") && !fs::exists("/tmp/none"));
  fs::current_path("/tmp/a/b");
  CHECK(fs::current_path() == "/tmp/a/b" && fs::canonical("../one") == "/tmp/a/one");
  fs::rename("two", "../renamed");
  CHECK(fs::exists("/tmp/a/renamed"));
  fs::permissions("/tmp/a/one", fs::perms::owner_read);
  CHECK(fs::status("/tmp/a/one").permissions() == fs::perms::owner_read);
  const auto day = fs::file_time_type::clock::now() - std::chrono::hours(24) + std::chrono::nanoseconds(1);
  fs::last_write_time("/tmp/a/one", day);
  CHECK(fs::last_write_time("/tmp/a/one") == day);
  fs::resize_file("/tmp/a/one", 3);
  CHECK(read("/tmp/a/one") == "fir");
  CHECK(fs::space("/tmp").available > 1 << 20);
  std::error_code error;
  fs::create_symlink("/tmp/a", "/tmp/link", error);
  CHECK(error == std::errc::operation_not_permitted);
  CHECK(!fs::remove("/data/text", error) && error == std::errc::read_only_file_system);
  CHECK(fs::remove_all("/tmp/a") == 6 && fs::is_empty("/tmp"));
  return success();
}
