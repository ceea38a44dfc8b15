// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include "check.h"

namespace {

int destroyed = 0;

struct Guard {
  ~Guard() { destroyed++; }
};

[[gnu::noinline]] void thrower(int depth) {
  Guard guard;
  if (depth == 0) throw std::runtime_error("from the depth");
  thrower(depth - 1);
}

struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {};

void rethrow() {
  try {
    throw 42;
  } catch (...) {
    throw;
  }
}

}  // namespace

int main() {
  try {
    thrower(10);
    CHECK(!"thrower() returned");
  } catch (const std::exception& error) {
    CHECK(std::string(error.what()) == "from the depth");
  }
  CHECK(destroyed == 11);

  int caught = 0;
  try {
    rethrow();
  } catch (int number) {
    caught = number;
  }
  CHECK(caught == 42);

  std::exception_ptr kept;
  try {
    throw std::out_of_range("kept");
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::logic_error& error) {
    CHECK(std::string(error.what()) == "kept");
  }

  Derived derived;
  Base& base = derived;
  CHECK(dynamic_cast<Derived*>(&base) == &derived);
  CHECK(typeid(base) == typeid(Derived));

  bool refused = false;
  try {
    std::string text;
    text.resize(1ull << 40);
  } catch (const std::bad_alloc&) {
    refused = true;
  }
  CHECK(refused);
  return success();
}
