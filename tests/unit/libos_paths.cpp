// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "fs/path.h"

using namespace wick::fs;

namespace {

std::string normal(std::string_view base, std::string_view path) {
  Path full;
  if (full.set(base, path) != 0) return "error";
  return std::string(full.view());
}

}  // namespace

TEST_CASE("Paths become absolute and normal") {
  CHECK(normal("/", "/") == "/");
  CHECK(normal("/", "a") == "/a");
  CHECK(normal("/a/b", "c") == "/a/b/c");
  CHECK(normal("/a/b", "/c") == "/c");
  CHECK(normal("/a", "./b/./c/.") == "/a/b/c");
  CHECK(normal("/a/b", "../c") == "/a/c");
  CHECK(normal("/a", "../../../..") == "/");
  CHECK(normal("/", "//a///b//") == "/a/b");
  CHECK(normal("/a", "..b/...") == "/a/..b/...");
}

TEST_CASE("Paths that must be directories say so") {
  Path path;
  CHECK(path.set("/", "/a/") == 0);
  CHECK(path.names_directory());
  CHECK(path.set("/", "/a/.") == 0);
  CHECK(path.names_directory());
  CHECK(path.set("/", "/a/..") == 0);
  CHECK(path.names_directory());
  CHECK(path.set("/", "/a") == 0);
  CHECK_FALSE(path.names_directory());
}

TEST_CASE("Paths that POSIX refuses") {
  Path path;
  CHECK(path.set("/", "") == -ENOENT);
  CHECK(path.set("/", std::string(kNameBytes, 'n')) == 0);
  CHECK(path.set("/", std::string(kNameBytes + 1, 'n')) == -ENAMETOOLONG);
  std::string deep;
  while (deep.size() < kPathBytes - 2) deep += "/d";
  CHECK(path.set("/", deep) == 0);
  CHECK(path.set("/", deep + "/d") == -ENAMETOOLONG);
  CHECK(path.set("/", deep + "/../..") == 0);
}

TEST_CASE("Parents, names and nesting") {
  CHECK(parent("/a/b") == "/a");
  CHECK(parent("/a") == "/");
  CHECK(last_component("/a/b") == "b");
  CHECK(last_component("/") == "");
  CHECK(is_within("/a/b", "/a"));
  CHECK(is_within("/a", "/a"));
  CHECK(is_within("/a", "/"));
  CHECK_FALSE(is_within("/ab", "/a"));
  CHECK_FALSE(is_within("/", "/a"));
}
