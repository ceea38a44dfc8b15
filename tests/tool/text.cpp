// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <doctest.h>

#include "base/process.h"
#include "build/first_choices.h"

using namespace wick::tool;

TEST_CASE("split and join") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join(std::vector<std::string>{"a", "b"}, ", ") == "a, b");
  CHECK(trim(" \ta \r\n") == "a");
}

TEST_CASE("the nearest word is the one that was meant") {
  const std::vector<std::string> words{"calls", "wall", "drivers"};
  CHECK(nearest("driver", words) == "drivers");
  CHECK(nearest("walls", words) == "wall");
  CHECK(!nearest("nothing-like-it", words));
}

TEST_CASE("sizes for people") {
  CHECK(human_size(12) == "12 bytes");
  CHECK(human_size(2048) == "2 KiB");
  CHECK(human_size(1536 << 10) == "1.5 MiB");
}

TEST_CASE("words of a shell") {
  CHECK(shell_word("a=b") == "a=b");
  CHECK(shell_word("two words") == "'two words'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("") == "''");
}

TEST_CASE("programs are run and heard") {
  auto finished = capture_program({"sh", "-c", "echo out; echo err >&2; exit 3"}, {.merge_errors = true}).value();
  CHECK(finished.exit_code == 3);
  CHECK(finished.output == "out\nerr\n");
  CHECK(capture_program({"sh", "-c", "kill -9 $$"}).value().exit_code == 137);
  CHECK(!capture_program({"no-such-program-here"}));
}

TEST_CASE("options of subprojects are found in a meson.build") {
  const std::string text = "a = 1\nlibc = subproject('libc', default_options: [\n  'x=1'])\nb = 2\n";
  CHECK(subproject_calls(text) == "subproject('libc', default_options: [\n  'x=1'])\n");
  CHECK(subproject_calls("project('x')\n").empty());
}
