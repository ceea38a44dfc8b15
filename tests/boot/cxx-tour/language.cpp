// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Coroutines, ranges, memory resources, exceptions of streams.
#include <coroutine>
#include <exception>
#include <locale>
#include <memory_resource>
#include <ranges>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "check.h"
#include "parts.h"

namespace {

struct Numbers {
  struct promise_type {
    int value = 0;
    Numbers get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int next) {
      value = next;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
  ~Numbers() { handle.destroy(); }
};

Numbers squares() {
  for (int i = 1;; i++) co_yield i* i;
}

}  // namespace

void language() {
  Numbers numbers = squares();
  int last = 0;
  for (int i = 0; i < 5; i++) numbers.handle.resume(), last = numbers.handle.promise().value;
  CHECK(last == 25);

  std::vector<int> even;
  for (const int number :
       std::views::iota(1, 20) | std::views::filter([](int n) { return n % 2 == 0; }) | std::views::take(3))
    even.push_back(number);
  CHECK((even == std::vector<int>{2, 4, 6}));

  char room[256];
  std::pmr::monotonic_buffer_resource resource(room, sizeof room, std::pmr::null_memory_resource());
  std::pmr::vector<int> bounded(&resource);
  bool thrown = false;
  try {
    for (int i = 0; i < 1000; i++) bounded.push_back(i);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  CHECK(thrown && bounded.size() >= 8);

  std::istringstream stream("12 x");
  stream.exceptions(std::ios::failbit);
  int number = 0;
  stream >> number;
  thrown = false;
  try {
    stream >> number;
  } catch (const std::ios_base::failure& wrong) {
    thrown = wrong.code() == std::io_errc::stream;
  }
  CHECK(number == 0 && thrown);

  std::smatch match;
  const std::string text = "key=value; other=thing";
  CHECK(std::regex_search(text, match, std::regex(R"((\w+)=(\w+);)")) && match[2] == "value");
  CHECK(std::regex_replace(text, std::regex("=(\\w)"), ":$1$1") == "key:vvalue; other:tthing");

  thrown = false;
  try {
    (void)std::locale("tlh_KX");
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  CHECK(thrown && std::locale("C").name() == "C" && std::isalpha('x', std::locale::classic()));
  const std::locale utf8("C.UTF-8");
  CHECK(std::toupper(L'\u00e4', utf8) == L'\u00c4' && std::isalpha(L'\u0416', utf8));
}
