// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See arguments.h.

#include "boot/arguments.h"

#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "boot/config.h"

namespace wick::boot {

namespace {

/// First counts what the strings will need, then lays them out: pointers, then bytes.
class List {
 public:
  void count(std::size_t bytes) {
    entries_++;
    bytes_ += bytes + 1;
  }

  char** take_room(void* (*take)(std::size_t bytes)) {
    auto* room = static_cast<char*>(take((entries_ + 1) * sizeof(char*) + bytes_));
    if (!room) return nullptr;
    next_ = reinterpret_cast<char**>(room);
    text_ = room + (entries_ + 1) * sizeof(char*);
    next_[entries_] = nullptr;
    return next_;
  }

  void begin() { *next_++ = text_; }
  void append(std::string_view text) {
    std::memcpy(text_, text.data(), text.size());
    text_ += text.size();
  }
  void end() { *text_++ = '\0'; }

 private:
  char** next_ = nullptr;
  char* text_ = nullptr;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

constinit Arguments the_arguments{};

constexpr std::string_view kEnvironment = "env.";

std::string_view variable(std::string_view key) {
  return {key.data() + kEnvironment.size(), key.size() - kEnvironment.size()};
}

}  // namespace

const Arguments& arguments() { return the_arguments; }

void use_arguments(const Arguments& arguments) {
  the_arguments = arguments;
  environ = arguments.environment;
}

bool make_arguments(Arguments& arguments, void* (*room)(std::size_t bytes)) {
  std::string_view name = config::get("name");
  if (name.empty()) name = "wick";
  List values;
  values.count(name.size());
  arguments.count = 1;
  config::for_each("arg", [&](std::string_view key, std::string_view value) {
    if (key.size() != 3) return;
    values.count(value.size());
    arguments.count++;
  });
  arguments.values = values.take_room(room);
  if (!arguments.values) return false;
  values.begin();
  values.append(name);
  values.end();
  config::for_each("arg", [&](std::string_view key, std::string_view value) {
    if (key.size() != 3) return;
    values.begin();
    values.append(value);
    values.end();
  });

  List variables;
  config::for_each(kEnvironment, [&](std::string_view key, std::string_view value) {
    variables.count(variable(key).size() + 1 + value.size());
  });
  arguments.environment = variables.take_room(room);
  if (!arguments.environment) return false;
  config::for_each(kEnvironment, [&](std::string_view key, std::string_view value) {
    variables.begin();
    variables.append(variable(key));
    variables.append("=");
    variables.append(value);
    variables.end();
  });
  return true;
}

}  // namespace wick::boot
